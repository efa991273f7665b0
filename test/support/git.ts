import { execFileSync } from 'node:child_process';
import { findTools } from './tools.js';

/** Nobody's identity and nobody's settings: the same repository on every machine. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
};

/** Runs git in a directory; returns what it wrote, without the last newline. */
export function git(directory: string, ...args: readonly string[]): string {
  const options = { cwd: directory, env: { ...process.env, ...ENVIRONMENT }, encoding: 'utf8' } as const;
  return execFileSync(findTools().git, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** Makes a repository with one commit of all that is in a directory; returns the commit's hash. */
export function initialCommit(directory: string, branch = 'main'): string {
  git(directory, 'init', '--quiet', '--initial-branch', branch);
  return commitAll(directory, 'Initial commit');
}

/** Commits all that is in a directory; returns the commit's hash. */
export function commitAll(directory: string, message: string): string {
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(directory, 'rev-parse', 'HEAD');
}

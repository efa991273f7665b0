import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryDirectory } from './node-process.js';

/** Nothing of the user's configuration, nor of a hook that the tests may run in. */
export const gitEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

/** A real repository, by its top level. */
export class GitRepository {
  readonly folder: string;
  #minutes = 0;

  constructor(folder: string, ...initArgs: readonly string[]) {
    this.folder = folder;
    this.git('init', '--quiet', '--initial-branch=main', ...initArgs);
  }

  /** Answers what git wrote. */
  git(...args: readonly string[]): string {
    // Each commit a minute after the one before: git tells their order by time.
    const date = new Date(Date.UTC(2024, 0, 1, 0, this.#minutes)).toISOString();
    const env = { ...gitEnv, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return execFileSync('git', args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Answers the new commit. */
  commit(message = 'message'): string {
    this.#minutes += 1;
    writeFileSync(join(this.folder, 'file'), String(this.#minutes));
    this.git('add', '.');
    this.git('commit', '--quiet', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Answers the merge commit. */
  merge(branch: string): string {
    this.#minutes += 1;
    this.git('merge', '--quiet', '--no-ff', '--strategy=ours', '-m', 'merge', branch);
    return this.git('rev-parse', 'HEAD');
  }
}

export function repositoryIn(...initArgs: readonly string[]): GitRepository {
  return new GitRepository(temporaryDirectory(), ...initArgs);
}

/** Answers its folder. */
export function cloneOf(repository: GitRepository, ...args: readonly string[]): string {
  const clone = join(temporaryDirectory(), 'clone');
  repository.git('clone', '--quiet', ...args, pathToFileURL(repository.folder).href, clone);
  return clone;
}

/** A folder with a `git` that does something else. */
export function fakeGit(script: string): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return folder;
}

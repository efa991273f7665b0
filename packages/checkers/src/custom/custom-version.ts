import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import { findNode } from '../npm/node-version.js';
import { parseNpmCommand, type NpmCommand } from '../npm/npm-command.js';
import { findNpmPackage } from '../npm/npm-package.js';
import type { DescribedChecker } from './described-checker.js';

export interface CustomVersion {
  readonly version: string;
  /** What runs it, where that is known. */
  readonly node: string | null;
}

const askTimeoutMs = 20_000;
const maxVersionLength = 200;

/** A package is read, a command is run: each time, as nobody can say what else decides its answer. */
export async function versionOf(
  { command, version }: DescribedChecker,
  started: NpmCommand | undefined,
  invocation: Invocation,
): Promise<CustomVersion | { readonly why: string }> {
  if ('command' in version) return await ask(version.command, invocation);
  const [tool] = command as [string];
  // Within another command, it is the one that the project has installed.
  const npm = started ?? parseNpmCommand(['npx', tool], tool, version.npm)!;
  const installed = findNpmPackage(npm, tool, invocation, version.npm);
  if ('why' in installed) return installed;
  const node = await findNode(npm, invocation);
  return node
    ? { version: installed.version, node: node.version }
    : { why: `the Node that runs ${tool} cannot be found` };
}

async function ask(
  command: readonly string[],
  { cwd, env }: Invocation,
): Promise<CustomVersion | { readonly why: string }> {
  const [word = '', ...args] = command;
  const program = findExecutable(word, { cwd, env });
  if (program === undefined) return { why: `there is no ${word}, which is to tell the version` };
  try {
    const options = { cwd, env: { ...env }, timeout: askTimeoutMs };
    const { stdout } = await promisify(execFile)(program, args, options);
    const version = stdout.trim().slice(0, maxVersionLength);
    if (version !== '') return { version, node: null };
    return { why: `${command.join(' ')} printed no version` };
  } catch {
    return { why: `${command.join(' ')} did not tell a version` };
  }
}

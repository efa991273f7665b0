import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import type { NpmCommand } from './npm-command.js';

/** The Node that runs a tool from npm. */
export interface NodeProgram {
  readonly executable: string;
  /** As Node writes it: `v20.20.2`. */
  readonly version: string;
}

const askTimeoutMs = 20_000;

/** `undefined` where there is none, or it does not answer. Asked once per executable. */
export async function findNode(
  { lookup }: NpmCommand,
  { cwd, env, versions }: Pick<Invocation, 'cwd' | 'env' | 'versions'>,
): Promise<NodeProgram | undefined> {
  const executable = findExecutable(lookup.kind === 'script' ? lookup.node : 'node', { cwd, env });
  if (executable === undefined) return undefined;
  if (realpathSync(executable) === realpathSync(process.execPath))
    return { executable, version: process.version };
  // A shim answers for another folder or variable with another version.
  const isShim = !/[\\/]node(\.exe)?$/.test(realpathSync(executable));
  const identity = { program: 'node', executable };
  const known = isShim ? undefined : versions.recall(identity)?.['version'];
  if (typeof known === 'string') return { executable, version: known };
  const version = await ask(executable, { cwd, env });
  if (version === undefined) return undefined;
  if (!isShim) versions.remember(identity, { version }, [executable]);
  return { executable, version };
}

async function ask(
  executable: string,
  { cwd, env }: Pick<Invocation, 'cwd' | 'env'>,
): Promise<string | undefined> {
  try {
    const options = { cwd, env: { ...env }, timeout: askTimeoutMs };
    const { stdout } = await promisify(execFile)(executable, ['--version'], options);
    return /^v\d+\.\d+\.\d+\S*$/.exec(stdout.trim())?.[0];
  } catch {
    return undefined;
  }
}

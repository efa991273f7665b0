import { dirname, join } from 'node:path';
import type { JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import { pyenvVariables } from '../python/pyenv-shim.js';
import type { MypyCommand } from './mypy-command.js';
import { ask, questionFor } from './version-question.js';

export interface MypyVersion {
  /** `1.18.2`, or `1.19.0+dev.0123abc` for a checkout. */
  readonly mypy: string;
  /** The Python that runs mypy, as `3.11`; `unknown` where only mypy's own version could be asked. */
  readonly python: string;
}

export type MypyVersionAnswer = MypyVersion | { readonly why: string };

/**
 * The version of the mypy that the command would start. `mypy --version` takes 0.15 s, a third of a warm run: so it is
 * asked once, in a shorter way where we can see one, and remembered for as long as nothing that decides it has
 * changed.
 */
export async function askMypyVersion(
  command: MypyCommand,
  invocation: Invocation,
): Promise<MypyVersionAnswer> {
  const word = command.start[0]!;
  const found = findExecutable(word, invocation);
  if (found === undefined) return { why: `${word} was not found` };
  const identity = identityOf(command, found, invocation);
  const known = parseVersion(invocation.versions.recall(identity));
  if (known) return known;
  const question = await questionFor(command, found, invocation);
  const answer = await ask(question, invocation);
  const version = parseVersion(answer);
  if (!version) return { why: `${command.start.join(' ')} did not tell its version` };
  // A checkout is edited without any of the witnesses noticing.
  if (question.witnesses && !version.mypy.includes('+')) {
    const witnesses = [...question.witnesses, ...sourcesOf(answer!)];
    invocation.versions.remember(identity, { ...version }, witnesses);
  }
  return version;
}

/** `unknown`, or what is no release number, is not. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [, ownMajor, ownMinor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(ownMajor) > major || (Number(ownMajor) === major && Number(ownMinor) >= minor);
}

/**
 * What may send the same words to another mypy. The working directory: `-m` looks there first, and so may PYTHONPATH.
 */
function identityOf({ start }: MypyCommand, found: string, { cwd, env }: Invocation): JsonObject {
  const deciding = [...pythonVariables, ...pyenvVariables].map((name) => env[name] ?? null);
  return { found, start, cwd, env: deciding };
}

const pythonVariables = [
  // `#!/usr/bin/env python3`
  'PATH',
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONNOUSERSITE', 'PYTHONUSERBASE', 'PYTHONSAFEPATH'],
  ...['HOME', 'APPDATA', '__PYVENV_LAUNCHER__'],
];

function parseVersion(answer: JsonObject | undefined): MypyVersion | undefined {
  const { mypy, python } = answer ?? {};
  return typeof mypy === 'string' && typeof python === 'string' ? { mypy, python } : undefined;
}

/**
 * `version.py`, which an upgrade in place rewrites, and where another mypy would go before this one: there must go on
 * being none.
 */
function sourcesOf({ file, path }: JsonObject): readonly string[] {
  if (typeof file !== 'string' || !Array.isArray(path)) return [];
  const home = dirname(dirname(file));
  const folders = (path as readonly unknown[]).filter((folder) => typeof folder === 'string');
  const at = folders.indexOf(home);
  const earlier = folders.slice(0, at < 0 ? folders.length : at);
  return [file, ...earlier.flatMap((folder) => [join(folder, 'mypy'), join(folder, 'mypy.py')])];
}

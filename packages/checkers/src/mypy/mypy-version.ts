import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isJsonObject, parseJson, type JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';
import { lookBehindShim, pyenvVariables } from '../python/pyenv-shim.js';
import { pythonOf, startOf } from '../python/script-interpreter.js';
import type { MypyCommand } from './mypy-command.js';

export interface MypyVersion {
  /** `1.18.2`, or `1.19.0+dev.0123abc` for a checkout. */
  readonly mypy: string;
  /** The Python that runs mypy, as `3.11`; `unknown` where only mypy's own version could be asked. */
  readonly python: string;
}

export type MypyVersionAnswer = MypyVersion | { readonly why: string };

/**
 * The version of the mypy that the command would start. `mypy --version` takes 0.15 s, a third of a warm run: so it is
 * asked once, in a shorter way where we can see one, and remembered for as long as nothing that decides it has changed.
 */
export async function askMypyVersion(command: MypyCommand, invocation: Invocation): Promise<MypyVersionAnswer> {
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

/** What may send the same words to another mypy. The working directory: `-m` looks there first, and so may PYTHONPATH. */
function identityOf({ start }: MypyCommand, found: string, { cwd, env }: Invocation): JsonObject {
  const deciding = [...pythonVariables, ...pyenvVariables].map((name) => env[name] ?? null);
  return { found, start, cwd, env: deciding };
}

const pythonVariables = [
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONNOUSERSITE', 'PYTHONUSERBASE', 'PYTHONSAFEPATH'],
  ...['HOME', 'APPDATA', '__PYVENV_LAUNCHER__'],
];

interface Question {
  readonly command: readonly string[];
  /** What decides the answer, besides what the answer itself names. `undefined`: we cannot tell, so ask every time. */
  readonly witnesses: readonly string[] | undefined;
}

async function questionFor(command: MypyCommand, found: string, invocation: Invocation): Promise<Question> {
  const shim = await lookBehindShim(found, basename(command.start[0]!), invocation);
  const executable = shim?.executable ?? found;
  const deciding = shim?.witnesses ?? [];
  if (command.pythonOptions) {
    const ask = [executable, ...command.pythonOptions, '-c', program, ''];
    return { command: ask, witnesses: isScript(executable) ? undefined : [...deciding, ...interpreterWitnesses(executable)] };
  }
  const script = pythonOf(executable, invocation);
  // A wrapper of somebody's own may start any mypy: only what an installer writes is seen through.
  if (!script || !/^from mypy\.__main__ import/m.test(script.text)) {
    return { command: [...command.start, '--version'], witnesses: undefined };
  }
  return {
    command: [script.interpreter, ...script.options, '-c', program, dirname(executable)],
    witnesses: [...deciding, executable, ...interpreterWitnesses(script.interpreter)],
  };
}

/**
 * Prints what is to be known as JSON. `-c` puts the working directory first on the path; for a script its own folder
 * stands there, given as the argument.
 */
const program = `
import json, os, sys
if sys.argv[1] and sys.path and sys.path[0] == '': sys.path[0] = sys.argv[1]
from mypy import version
print(json.dumps({
    'mypy': version.__version__,
    'python': '%d.%d' % sys.version_info[:2],
    'file': os.path.abspath(version.__file__),
    'path': [os.path.abspath(entry or '.') for entry in sys.path],
}))`;

const askTimeoutMs = 20_000;

async function ask({ command }: Question, { cwd, env }: Invocation): Promise<JsonObject | undefined> {
  const [file, ...args] = command;
  try {
    const { stdout } = await promisify(execFile)(file!, args, { cwd, env: { ...env }, timeout: askTimeoutMs });
    const answer = parseJson(stdout);
    if (isJsonObject(answer)) return answer;
    const told = /^mypy (\S+)/.exec(stdout);
    return told ? { mypy: told[1]!, python: 'unknown' } : undefined;
  } catch {
    return undefined;
  }
}

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

/** The interpreter itself (a link in a venv, turned by an upgrade), and the file that makes its folder a venv. */
function interpreterWitnesses(interpreter: string): readonly string[] {
  return [interpreter, join(dirname(dirname(interpreter)), 'pyvenv.cfg')];
}

function isScript(file: string): boolean {
  const start = startOf(file);
  // Windows answers empty for an alias of its store.
  return start === '' || start.startsWith('#!');
}

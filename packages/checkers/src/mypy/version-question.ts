import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isJsonObject, parseJson, type JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { lookBehindShim } from '../python/pyenv-shim.js';
import { pythonOf, startOf } from '../python/script-interpreter.js';
import type { MypyCommand } from './mypy-command.js';

/** How an executable is asked for its version. */
export interface Question {
  readonly command: readonly string[];
  /**
   * What decides the answer, besides what the answer itself names. `undefined`: we cannot tell, so ask every time.
   */
  readonly witnesses: readonly string[] | undefined;
}

/** `found` is the executable that the command starts. */
export async function questionFor(
  command: MypyCommand,
  found: string,
  invocation: Invocation,
): Promise<Question> {
  const shim = await lookBehindShim(found, basename(command.start[0]!), invocation);
  const executable = shim?.executable ?? found;
  const deciding = shim?.witnesses ?? [];
  if (command.pythonOptions) {
    return {
      command: [executable, ...command.pythonOptions, '-c', program, ''],
      witnesses: isScript(executable) ? undefined : [...deciding, ...interpreterWitnesses(executable)],
    };
  }
  const script = pythonOf(executable, invocation);
  // A wrapper of somebody's own may start any mypy: only what an installer writes is seen through.
  if (!script || !/^from mypy\.__main__ import/m.test(script.text)) {
    return { command: [...command.start, '--version'], witnesses: undefined };
  }
  return {
    command: [script.interpreter, ...script.options, '-c', program, dirname(realpathSync(executable))],
    witnesses: [...deciding, executable, ...interpreterWitnesses(script.interpreter)],
  };
}

/**
 * Prints what is to be known as JSON. `-c` puts the working directory first on Python's path; for a script, its own
 * folder stands there, given as the argument.
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

/** `undefined` where it does not answer. */
export async function ask({ command }: Question, { cwd, env }: Invocation): Promise<JsonObject | undefined> {
  const [file, ...args] = command;
  try {
    const { stdout } = await promisify(execFile)(file!, args, {
      cwd,
      env: { ...env },
      timeout: askTimeoutMs,
    });
    // What starts with every Python of a site may have printed something before.
    const answer = parseJson(stdout.trim().split('\n').at(-1)!);
    if (isJsonObject(answer)) return answer;
    const told = /^mypy (\S+)/m.exec(stdout);
    return told ? { mypy: told[1]!, python: 'unknown' } : undefined;
  } catch {
    return undefined;
  }
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

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { findProgram } from './find-program.mjs';
import { testTools } from './paths.mjs';
import { capture } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

// One attempt at an index is enough: it is there or it is not, and local wheels need none.
const PIP_PATIENCE = ['--retries', '0', '--timeout', '20', '--disable-pip-version-check', '--no-input'];

/** @returns {string} the path of a Python 3 interpreter itself, not of a shim in front of it */
export function ensurePython() {
  if (findProgram('python3') === undefined) {
    const failure = aptInstall(['python3', 'python3-venv']);
    if (failure !== undefined)
      throw new SetupError(`python3 is needed, and could not be installed: ${failure}`);
  }
  return interpreterPath('python3');
}

/**
 * A virtual environment under .test-tools, made on first use.
 *
 * @param {string} python
 * @param {string} name
 * @returns {{ python: string } | { failure: string }}
 */
export function ensureVenv(python, name) {
  const folder = join(testTools, name);
  const interpreter = join(folder, 'bin', 'python3');
  if (existsSync(join(folder, 'bin', 'pip'))) return { python: interpreter };
  const failure = ensureVenvModule(python);
  if (failure !== undefined) return { failure };
  say(`making a virtual environment in .test-tools/${name}`);
  rmSync(folder, { recursive: true, force: true });
  const made = capture(python, ['-m', 'venv', folder]);
  return made.ok ? { python: interpreter } : { failure: made.why };
}

/**
 * @param {string} python
 * @param {readonly string[]} args e.g. `['install', 'mypy']`
 */
export function pip(python, args) {
  const [verb = '', ...rest] = args;
  return capture(python, ['-m', 'pip', verb, ...PIP_PATIENCE, ...rest]);
}

/**
 * Debian's python3 comes without what `python -m venv` needs.
 *
 * @param {string} python
 */
function ensureVenvModule(python) {
  if (capture(python, ['-c', 'import venv, ensurepip']).ok) return undefined;
  return aptInstall(['python3-venv']);
}

/** @param {string} command */
function interpreterPath(command) {
  const asked = capture(command, ['-c', 'import sys; print(sys.executable)'], { cwd: '/' });
  if (!asked.ok) throw new SetupError(`python3 does not run: ${asked.why}`);
  return asked.stdout.trim();
}

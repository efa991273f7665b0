import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { findProgram } from './find-program.mjs';
import { ensureVenv, pip } from './python.mjs';
import { capture } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

const OLDEST_MAJOR = 1;

const APT_MYPY = '/usr/bin/mypy';

/** The last series whose state is JSON files, as in the seed of this project: a real second version. */
const OLDER_SERIES = 'mypy<1.19';

const DESCRIBE = [
  'import json, os, sys, mypy.build, mypy.version',
  'print(json.dumps(dict(version=mypy.version.__version__, python=sys.executable,',
  '  packageDirectory=os.path.dirname(os.path.abspath(mypy.version.__file__)),',
  '  compiled=not mypy.build.__file__.endswith(".py"))))',
].join('\n');

/**
 * @typedef {object} MypyInstall
 * @property {string} command path of its `mypy` script
 * @property {string} version
 * @property {string} python the interpreter that runs it
 * @property {string} packageDirectory the `mypy` folder with its sources
 * @property {boolean} compiled by mypyc
 */

/**
 * Finds or installs mypy, if possible in two versions.
 *
 * @param {string} python
 * @returns {{ mypy: MypyInstall, otherMypy: MypyInstall | null }}
 */
export function ensureMypy(python) {
  /** @type {MypyInstall[]} */
  const found = [];
  let pipWorks = false;
  for (const source of [fromPath, fromPip, fromPipOlder, fromApt]) {
    if (found.length === 2) break;
    if (source === fromPipOlder && !pipWorks) continue;
    const result = source(python);
    if ('failure' in result) {
      say(result.failure);
      continue;
    }
    pipWorks ||= source === fromPip;
    if (found.some(({ version }) => version === result.version)) continue;
    found.push(result);
    say(`mypy ${result.version}: ${result.command}`);
  }
  const [mypy, otherMypy = null] = found;
  if (mypy === undefined) throw new SetupError('mypy is needed, and could not be had (see above)');
  if (otherMypy === null) say('one version of mypy only: the second will be a copy under another version');
  return { mypy, otherMypy };
}

function fromPath() {
  const command = findProgram('mypy');
  return command === undefined ? { failure: 'mypy is not on PATH' } : describeMypy(command);
}

/** @param {string} python */
function fromPip(python) {
  return installWithPip(python, 'venv', 'mypy');
}

/** @param {string} python */
function fromPipOlder(python) {
  return installWithPip(python, 'venv-older', OLDER_SERIES);
}

function fromApt() {
  const failure = existsSync(APT_MYPY) ? undefined : aptInstall(['mypy']);
  return failure === undefined ? describeMypy(APT_MYPY) : { failure: `no mypy from apt: ${failure}` };
}

/**
 * @param {string} python
 * @param {string} venvName
 * @param {string} requirement
 */
function installWithPip(python, venvName, requirement) {
  const venv = ensureVenv(python, venvName);
  if ('failure' in venv) return { failure: `no virtual environment for ${requirement}: ${venv.failure}` };
  say(`pip install ${requirement} (may take a minute)`);
  const installed = pip(venv.python, ['install', '--quiet', requirement]);
  if (!installed.ok) return { failure: `no ${requirement} from pip: ${installed.why}` };
  return describeMypy(join(dirname(venv.python), 'mypy'));
}

/**
 * @param {string} command
 * @returns {MypyInstall | { failure: string }}
 */
function describeMypy(command) {
  const python = interpreterOf(command);
  if (python === undefined) return { failure: `${command} is not a Python script, not used` };
  // Not from the current folder: a folder named mypy there would be imported instead.
  const described = capture(python, ['-c', DESCRIBE], { cwd: '/' });
  if (!described.ok) return { failure: `${command} cannot be used: ${described.why}` };
  const install = { command, ...JSON.parse(described.stdout) };
  if (Number.parseInt(install.version, 10) < OLDEST_MAJOR) {
    return { failure: `${command} is mypy ${install.version}, too old` };
  }
  return install;
}

/**
 * @param {string} script
 * @returns {string | undefined} the interpreter that the script's first line names
 */
function interpreterOf(script) {
  const [firstLine = ''] = readFileSync(realpathSync(script), 'latin1').split('\n', 1);
  const shebang = /^#!\s*(?<path>\S*python\S*)\s*$/.exec(firstLine);
  const viaEnv = /^#!\s*\S*\/env\s+(?<name>\S*python\S*)\s*$/.exec(firstLine);
  return shebang?.groups?.['path'] ?? findProgram(viaEnv?.groups?.['name'] ?? '');
}

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installProgram } from './install-program.mjs';
import { ensureMypy } from './mypy.mjs';
import { testTools } from './paths.mjs';
import { ensurePython } from './python.mjs';

const FORMAT = 1;
const toolsFile = join(testTools, 'tools.json');

/**
 * What was found or installed; the tests read it from `.test-tools/tools.json`.
 *
 * @typedef {object} Tools
 * @property {number} format
 * @property {string} git
 * @property {string} python
 * @property {import('./mypy.mjs').MypyInstall} mypy
 * @property {import('./mypy.mjs').MypyInstall | null} otherMypy another version, null where only one could be had
 */

/** @returns {Tools} every program that the tests and the demo start, found or installed */
export function ensureTools() {
  const known = readTools();
  if (known !== undefined) return known;
  const git = installProgram('git');
  const python = ensurePython();
  const tools = { format: FORMAT, git, python, ...ensureMypy(python) };
  writeTools(tools);
  return tools;
}

/** @returns {Tools | undefined} what an earlier run wrote, if all of it is still true */
function readTools() {
  try {
    const tools = JSON.parse(readFileSync(toolsFile, 'utf8'));
    return tools.format === FORMAT && isUnchanged(tools) ? tools : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Tools} tools */
function isUnchanged({ git, python, mypy, otherMypy }) {
  const installs = otherMypy === null ? [mypy] : [mypy, otherMypy];
  return [git, python].every(existsSync) && installs.every(isStillInstalled);
}

/**
 * Without starting Python: this runs before every `npm test`.
 *
 * @param {import('./mypy.mjs').MypyInstall} install
 */
function isStillInstalled({ command, python, packageDirectory, version }) {
  const versionSource = readFileSync(join(packageDirectory, 'version.py'), 'utf8');
  return existsSync(command) && existsSync(python) && versionSource.includes(`"${version}"`);
}

/** @param {Tools} tools */
function writeTools(tools) {
  mkdirSync(testTools, { recursive: true });
  const temporary = `${toolsFile}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(tools, undefined, 2)}\n`);
  renameSync(temporary, toolsFile);
}

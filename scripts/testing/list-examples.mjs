import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../setup/say.mjs';

/**
 * An example is a folder that can show that it works: with a script `check` in its package.json, or with a `run.sh`.
 *
 * @typedef {{ name: string, folder: string, command: string, args: string[] }} Example
 */

/**
 * @param {string} folder
 * @returns {Example[]}
 */
export function listExamples(folder) {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return names.map(({ name }) => describeExample(name, join(folder, name)));
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {Example}
 */
function describeExample(name, folder) {
  if (hasCheckScript(join(folder, 'package.json'))) {
    return { name, folder, command: 'npm', args: ['run', '--silent', 'check'] };
  }
  if (existsSync(join(folder, 'run.sh'))) return { name, folder, command: 'bash', args: ['run.sh'] };
  throw new SetupError(`examples/${name} has neither a run.sh nor a package.json with a script "check"`);
}

/** @param {string} manifest */
function hasCheckScript(manifest) {
  return existsSync(manifest) && 'check' in (JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {});
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureVenv } from './python.mjs';
import { capture } from './run-command.mjs';

const LEAST_FILES = 8;

/**
 * Real packages that come with pip itself, for machines that reach neither Debian's packages nor an index.
 *
 * @param {string} python
 * @returns {Record<string, string> | { failure: string }} folders by package name
 */
export function vendoredModules(python) {
  const venv = ensureVenv(python, 'venv');
  if ('failure' in venv) return { failure: venv.failure };
  const asked = capture(venv.python, ['-c', 'import os, pip; print(os.path.dirname(pip.__file__))']);
  const vendor = join(asked.stdout.trim(), '_vendor');
  if (!existsSync(vendor)) return { failure: `no ${vendor}` };
  const folders = readdirSync(vendor, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const large = folders.filter(({ name }) => countSources(join(vendor, name)) >= LEAST_FILES);
  return Object.fromEntries(large.map(({ name }) => [name, join(vendor, name)]));
}

/** @param {string} folder */
function countSources(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.py')).length;
}

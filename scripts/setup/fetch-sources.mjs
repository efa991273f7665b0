import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aptDownload } from './apt.mjs';
import { ensureVenv, pip } from './python.mjs';
import { capture } from './run-command.mjs';
import { say } from './say.mjs';

/**
 * @typedef {object} Distribution
 * @property {string} deb Debian's name of it
 * @property {string} pip the package index's name of it
 * @property {string} module the folder of its package
 */

/**
 * Downloads distributions and unpacks them, without installing anything.
 *
 * @param {readonly Distribution[]} distributions
 * @param {string} folder an empty one, for downloads and unpacked files
 * @param {string} python
 * @returns {{ moduleFolder: (distribution: Distribution) => string } | { failure: string }}
 */
export function fetchSources(distributions, folder, python) {
  const fromApt = fetchWithApt(distributions, join(folder, 'debs'));
  if (!('failure' in fromApt)) return fromApt;
  say(`not from apt: ${fromApt.failure}`);
  const fromPip = fetchWithPip(distributions, join(folder, 'wheels'), python);
  return 'failure' in fromPip ? { failure: `${fromApt.failure}\n${fromPip.failure}` } : fromPip;
}

/**
 * @param {readonly Distribution[]} distributions
 * @param {string} folder
 */
function fetchWithApt(distributions, folder) {
  mkdirSync(folder);
  const names = distributions.map(({ deb }) => deb);
  say(`apt-get download ${names.join(' ')}`);
  const failure = aptDownload(names, folder);
  if (failure !== undefined) return { failure };
  const unpack = (/** @type {string} */ file) => capture('dpkg-deb', ['-x', file, folder]);
  return unpackAll(
    distributions,
    folder,
    '.deb',
    unpack,
    join(folder, 'usr', 'lib', 'python3', 'dist-packages'),
  );
}

/**
 * @param {readonly Distribution[]} distributions
 * @param {string} folder
 * @param {string} python
 */
function fetchWithPip(distributions, folder, python) {
  const venv = ensureVenv(python, 'venv');
  if ('failure' in venv) return venv;
  mkdirSync(folder);
  const names = distributions.map((distribution) => distribution.pip);
  say(`pip download ${names.join(' ')} (may take a minute)`);
  const downloaded = pip(venv.python, ['download', '--quiet', '--no-deps', '--dest', folder, ...names]);
  if (!downloaded.ok) return { failure: downloaded.why };
  const unpack = (/** @type {string} */ file) => capture(python, ['-m', 'zipfile', '-e', file, folder]);
  return unpackAll(distributions, folder, '.whl', unpack, folder);
}

/**
 * @param {readonly Distribution[]} distributions
 * @param {string} folder
 * @param {string} extension
 * @param {(file: string) => import('./run-command.mjs').CommandResult} unpack
 * @param {string} modules the folder in which the packages then are
 */
function unpackAll(distributions, folder, extension, unpack, modules) {
  const archives = readdirSync(folder).filter((name) => name.endsWith(extension));
  for (const archive of archives) {
    const unpacked = unpack(join(folder, archive));
    if (!unpacked.ok) return { failure: unpacked.why };
  }
  const absent = distributions.find(({ module }) => !existsSync(join(modules, module)));
  if (absent !== undefined) return { failure: `${absent.deb} (${absent.pip}) holds no ${absent.module}` };
  return { moduleFolder: (/** @type {Distribution} */ { module }) => join(modules, module) };
}

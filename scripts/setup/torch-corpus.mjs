import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyPythonSources } from './copy-python-sources.mjs';
import { fetchSources } from './fetch-sources.mjs';
import { capture } from './run-command.mjs';
import { SetupError } from './say.mjs';

const distributions = [
  { deb: 'python3-mpmath', pip: 'mpmath', module: 'mpmath' },
  { deb: 'python3-networkx', pip: 'networkx', module: 'networkx' },
  { deb: 'python3-numpy', pip: 'numpy', module: 'numpy' },
  { deb: 'python3-sympy', pip: 'sympy', module: 'sympy' },
  { deb: 'python3-torch', pip: 'torch', module: 'torch' },
];

const APP = `import networkx
import numpy
import sympy
import torch
`;

/**
 * Four lines of one's own on large libraries in a virtual environment, as in most projects. All libraries are
 * marked as typed, so that mypy follows them: 1600 to 1800 modules.
 *
 * @param {string} folder
 * @param {string} downloads an empty folder
 * @param {string} python
 */
export function writeTorch(folder, downloads, python) {
  const fetched = fetchSources(distributions, downloads, python);
  if ('failure' in fetched)
    throw new SetupError(`the torch corpus could not be downloaded:\n${fetched.failure}`);
  const sitePackages = makeVenv(python, join(folder, 'venv'));
  for (const distribution of distributions) {
    const installed = join(sitePackages, distribution.module);
    copyPythonSources(fetched.moduleFolder(distribution), installed);
    writeFileSync(join(installed, 'py.typed'), '');
  }
  const project = join(folder, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'mypy.ini'), '[mypy]\n');
  writeFileSync(join(project, 'src', 'app.py'), APP);
}

/**
 * @param {string} python
 * @param {string} folder
 * @returns {string} its site-packages folder
 */
function makeVenv(python, folder) {
  const made = capture(python, ['-m', 'venv', '--without-pip', folder]);
  if (!made.ok) throw new SetupError(`no virtual environment for the torch corpus: ${made.why}`);
  const [version = ''] = readdirSync(join(folder, 'lib'));
  return join(folder, 'lib', version, 'site-packages');
}

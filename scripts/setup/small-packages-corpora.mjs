import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyPythonSources } from './copy-python-sources.mjs';
import { fetchSources } from './fetch-sources.mjs';
import { SetupError, say } from './say.mjs';
import { vendoredModules } from './vendored-modules.mjs';

/** Chosen for a cold check of one to four seconds, and because plain mypy says the same of them cold and warm. */
const distributions = [
  { deb: 'python3-attr', pip: 'attrs', module: 'attr' },
  { deb: 'python3-click', pip: 'click', module: 'click' },
  { deb: 'python3-httpx', pip: 'httpx', module: 'httpx' },
  { deb: 'python3-jinja2', pip: 'jinja2', module: 'jinja2' },
  { deb: 'python3-requests', pip: 'requests', module: 'requests' },
  { deb: 'python3-rich', pip: 'rich', module: 'rich' },
  { deb: 'python3-urllib3', pip: 'urllib3', module: 'urllib3' },
  { deb: 'python3-werkzeug', pip: 'werkzeug', module: 'werkzeug' },
];

const LEAST_PACKAGES = 6;

// What else is installed on a machine must not change the answers.
const SETTINGS = '[mypy]\nignore_missing_imports = True\nno_site_packages = True\n';

/**
 * Six or more real packages, each with its own project folder.
 *
 * @param {string} folder
 * @param {string} downloads an empty folder
 * @param {string} python
 */
export function writeSmallPackages(folder, downloads, python) {
  for (const [name, source] of Object.entries(findPackages(downloads, python))) {
    const project = join(folder, name);
    copyPythonSources(source, join(project, 'src', name));
    writeFileSync(join(project, 'mypy.ini'), SETTINGS);
  }
}

/**
 * @param {string} downloads
 * @param {string} python
 * @returns {Record<string, string>} the folders of the packages, by name
 */
function findPackages(downloads, python) {
  const fetched = fetchSources(distributions, downloads, python);
  if (!('failure' in fetched)) {
    return Object.fromEntries(distributions.map((each) => [each.module, fetched.moduleFolder(each)]));
  }
  say('taking the packages that come with pip instead');
  const vendored = vendoredModules(python);
  if ('failure' in vendored || Object.keys(vendored).length < LEAST_PACKAGES) {
    throw new SetupError(`no Python packages to check could be had:\n${fetched.failure}`);
  }
  return vendored;
}

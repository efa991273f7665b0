import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

/**
 * The compiled test files. They are listed from their sources, because what is compiled of a test file that has since
 * been renamed or removed stays in `dist`.
 *
 * @param {readonly string[]} filters keep the files whose path holds one of these; all when empty
 * @returns {{ unit: string[], integration: string[] }} the packages' own tests, and those that start many processes
 */
export function listTestFiles(filters) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  const unit = packages.flatMap((folder) => compiledTests(folder, join(folder, 'test')));
  const integration = compiledTests(join(root, 'test'), join(root, 'test'));
  return { unit: unit.filter(isWanted), integration: integration.filter(isWanted) };

  /** @param {string} path */
  function isWanted(path) {
    const shown = relative(root, path);
    return filters.length === 0 || filters.some((filter) => shown.includes(filter));
  }
}

/**
 * @param {string} project the folder of a tsconfig.json
 * @param {string} folder
 */
function compiledTests(project, folder) {
  return testSources(folder).map((source) => {
    const compiled = join(project, 'dist', relative(project, source).replace(/\.ts$/, '.js'));
    if (!existsSync(compiled)) throw new SetupError(`${source} is not compiled to ${compiled}`);
    return compiled;
  });
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testSources(folder) {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => path.endsWith('.test.ts') && !path.split(sep).includes('dist'));
  return sources.sort().map((path) => join(folder, path));
}

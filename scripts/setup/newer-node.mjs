import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { testTools } from './paths.mjs';
import { capture } from './run-command.mjs';
import { say } from './say.mjs';

const MAJOR = 24;

/** Windows has another name there. */
const PLATFORMS = new Map([['win32', 'win']]);

/**
 * A Node of a newer series than the oldest that we support, from the npm package of its binary.
 *
 * @returns {string | undefined} its path; `undefined` where it cannot be had, with a message
 */
export function ensureNewerNode() {
  const folder = join(testTools, `node-${MAJOR}`);
  const name = `node-${PLATFORMS.get(process.platform) ?? process.platform}-${process.arch}`;
  const program = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const failure = existsSync(program) ? undefined : install(folder, `${name}@${MAJOR}`);
  if (failure === undefined && capture(program, ['--version']).ok) return program;
  say(`no Node ${MAJOR}: ${failure ?? `${program} does not run here`}`);
  return undefined;
}

/**
 * @param {string} folder
 * @param {string} wanted
 * @returns {string | undefined} why not
 */
function install(folder, wanted) {
  say(`npm install ${wanted} (about 100 MB on the disk)`);
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const installed = capture('npm', ['install', '--prefix', folder, ...options, wanted]);
  return installed.ok ? undefined : installed.why;
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runVisibly } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

const OLDEST_NODE = 20;

/** Brings node_modules to what package-lock.json says; does nothing when it is there already. */
export function installPackages() {
  requireNode();
  const reason = whyInstall();
  if (reason === undefined) return;
  say(`npm packages: ${reason}, running npm ci`);
  if (!runVisibly('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root })) {
    throw new SetupError('npm ci failed (see above). Is npm installed, and can it reach its registry?');
  }
}

function requireNode() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < OLDEST_NODE) {
    throw new SetupError(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}`);
  }
}

/** @returns {string | undefined} */
function whyInstall() {
  // npm writes this copy of the lock file at the end of every install: it tells what is really there.
  const installedLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return 'node_modules is absent';
  const installed = readLock(installedLock);
  const wanted = Object.entries(readLock(join(root, 'package-lock.json')));
  const stale = wanted.find(([path, entry]) => path !== '' && !isInstalled(entry, installed[path]));
  return stale && `${stale[0]} is not what package-lock.json names`;
}

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, peer?: boolean }} LockEntry
 * @param {LockEntry} wanted
 * @param {LockEntry | undefined} installed
 */
function isInstalled(wanted, installed) {
  // Optional packages are left out on platforms that they do not support.
  if (installed === undefined) return wanted.optional === true;
  return wanted.version === installed.version && wanted.integrity === installed.integrity;
}

/**
 * @param {string} path
 * @returns {Record<string, LockEntry>}
 */
function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

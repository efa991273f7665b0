import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** The `node_modules` of one of the sets of scripts/setup/npm-tools.mjs. */
export function npmSet(name: string): string {
  const place = join(repositoryRoot, '.test-tools', 'npm', name, 'node_modules');
  if (!existsSync(place)) throw new Error(`${place} is not there: run \`node scripts/provision.mjs\``);
  return place;
}

/** Makes it the `node_modules` of a project: its own, not a link to another's, whose files would have other names. */
export function installSet(name: string, directory: string): void {
  linkTree(npmSet(name), join(directory, 'node_modules'));
}

function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // On another file system.
    cpSync(source, target);
  }
}

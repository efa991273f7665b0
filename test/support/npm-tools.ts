import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** The `node_modules` of one of the sets of scripts/setup/npm-tools.mjs. */
export function npmSet(name: string): string {
  const place = join(repositoryRoot, '.test-tools', 'npm', name, 'node_modules');
  if (!existsSync(place)) throw new Error(`${place} is not there: run \`node scripts/provision.mjs\``);
  return place;
}

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { UnitState } from '@cleanmiss/snapshot';
import type { SourcePlace } from './mypy-facts.js';

/** mypy evicts nothing: a state would keep every module there ever was. */
export function isSourceGone({ name, facts }: UnitState, { cwd }: SourcePlace): boolean {
  const { source } = facts;
  if (typeof source !== 'string' || existsSync(resolve(cwd, source))) return false;
  // A library whose whole folder is not there is another machine's: there, it is still of use.
  return !isAbsolute(source) || existsSync(baseOf(source, name));
}

/**
 * The folder on the search path in which a module was found: `/venv/lib/site-packages` for
 * `/venv/lib/site-packages/pkg/mod.py`.
 */
function baseOf(source: string, unit: string): string {
  return unit
    .split('/')
    .slice(1)
    .reduce((path) => dirname(path), source);
}

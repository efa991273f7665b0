import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SETTINGS_OF_THE_PERSON = /^(?:CLEANMISS|MYPY)_|^MYPYPATH$/;

/**
 * Gives this process, and so all that it starts, a user cache of its own and none of the person's settings.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function isolated(work) {
  const userCache = mkdtempSync(join(tmpdir(), 'cleanmiss-user-cache-'));
  const settings = Object.keys(process.env).filter((name) => SETTINGS_OF_THE_PERSON.test(name));
  for (const name of settings) delete process.env[name];
  process.env['XDG_CACHE_HOME'] = userCache;
  try {
    return await work();
  } finally {
    rmSync(userCache, { recursive: true, force: true });
  }
}

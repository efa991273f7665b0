import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** But for what asks a test to write down what it found. */
const SETTINGS_OF_THE_PERSON = /^(?:CLEANMISS_(?!WRITE_DOCS$)|MYPY_)|^MYPYPATH$/;

/**
 * Gives this process, and so all that it starts, a user cache of its own and none of the person's settings.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function isolated(work) {
  const settings = Object.keys(process.env).filter((name) => SETTINGS_OF_THE_PERSON.test(name));
  for (const name of settings) delete process.env[name];
  const userCache = mkdtempSync(join(tmpdir(), 'cleanmiss-user-cache-'));
  process.env['XDG_CACHE_HOME'] = userCache;
  const remove = () => rmSync(userCache, { recursive: true, force: true });
  removeWhenBrokenOff(remove);
  try {
    return await work();
  } finally {
    remove();
  }
}

/** @param {() => void} remove */
function removeWhenBrokenOff(remove) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      remove();
      process.kill(process.pid, signal);
    });
  }
}

import { setTimeout } from 'node:timers/promises';

/** True as soon as so much time has gone by; false when it has ended before. */
export async function takesLonger(ended: Promise<unknown>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const late = setTimeout(ms, true, { signal: stop.signal }).catch(() => false);
  try {
    return await Promise.race([ended.then(() => false), late]);
  } finally {
    stop.abort();
  }
}

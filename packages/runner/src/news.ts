import { revocationsKey, systemClock } from '@cleanmiss/core';
import type { OpenedRemote } from '@cleanmiss/open-cache';

/** Of a tier where things expire: what is revoked is put again before that, by whoever may. */
const renewAfterMs = 7 * 24 * 60 * 60 * 1000;

/** Asks a remote what is revoked there: it comes with whatever is read. Rejects where it is out of order. */
export async function hearNews({ tier, own, mode }: OpenedRemote): Promise<void> {
  await tier.cache.getMetas([{ type: 'greeting' }]);
  if (mode !== 'read-write') return;
  const [found] = await own.getMetas([revocationsKey]);
  if (!found!.hit || systemClock.now() - found!.meta.time < renewAfterMs) return;
  await own.put({ key: revocationsKey, blobs: {}, attributes: found!.meta.attributes });
}

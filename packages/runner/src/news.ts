import { recordToJson, revocationsKey, saysAllOf, systemClock, type Clock } from '@cleanmiss/core';
import type { OpenedCache, OpenedRemote } from '@cleanmiss/open-cache';
import { recordIn, tellRevocations } from './tell-revocations.js';

/** Of a tier where things expire: what is revoked is put again before that, by whoever may. */
const renewAfterMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Asks a remote what is revoked there: it comes with whatever is read. Tells it what it was heard to say and says no more (evicted, or
 * written over by somebody who had not heard it). Rejects where it is out of order.
 */
export async function hearNews(
  { revocationTier, tier, own, mode }: Pick<OpenedRemote, 'revocationTier' | 'tier' | 'own' | 'mode'>,
  { revocations: known }: Pick<OpenedCache, 'revocations'>,
  clock: Clock = systemClock,
): Promise<void> {
  await tier.cache.getMetas([{ type: 'greeting' }]);
  if (mode !== 'read-write') return;
  await known.load();
  const [found] = await own.getMetas([revocationsKey]);
  // Written by a later version: that sees to it.
  if (!found!.hit && found!.reason === 'unknown-format') return;
  const heard = known.list.of(revocationTier);
  const said = recordIn(found!, heard);
  const isOld = found!.hit && clock.now() - found!.meta.time >= renewAfterMs;
  if (isOld && saysAllOf(said, heard))
    await own.put({ key: revocationsKey, blobs: {}, attributes: recordToJson(said) });
  // Nobody waits in between: what is written over all the same is put again the next time.
  await known.learn(revocationTier, await tellRevocations(own, heard, () => Promise.resolve()));
}

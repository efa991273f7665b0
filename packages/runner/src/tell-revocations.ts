import {
  CacheError,
  emptyRecord,
  joinRecords,
  parseRecord,
  recordToJson,
  revocationsKey,
  saidIn,
  saysAllOf,
  type Cache,
  type MetaResult,
  type RevocationRecord,
} from '@cleanmiss/core';

/** So often somebody else may write over what we have put. */
const maxTries = 5;

/**
 * Has a tier say `ours` beside all that it says already; answers what it says then. A put takes the place of what others have put since we
 * looked, as no backend can do both at once: so each looks again, after `pause`, and puts what both have said. Who is written over later
 * than that is put again with the next news (see `hearNews`), by whoever has heard it.
 * @throws {CacheError} `ERR_OUTAGE` where it does not come to rest
 */
export async function tellRevocations(
  own: Cache,
  ours: RevocationRecord,
  pause: () => Promise<unknown>,
): Promise<RevocationRecord> {
  let wanted = ours;
  for (let tries = 0; tries <= maxTries; tries += 1) {
    const said = await readRevocations(own, wanted);
    wanted = joinRecords(wanted, said);
    if (saysAllOf(said, wanted)) return wanted;
    if (tries === maxTries) break;
    await own.put({ key: revocationsKey, blobs: {}, attributes: recordToJson(wanted) });
    await pause();
  }
  throw new CacheError('ERR_OUTAGE', 'others change what is revoked at the same time: try again');
}

/**
 * Empty where the tier says nothing that can be believed (evicted, garbled, forged): what it was heard to say before stands.
 * @throws {CacheError} `ERR_INVALID_STATE` where only a later version can read it
 */
export async function readRevocations(own: Cache, known: RevocationRecord): Promise<RevocationRecord> {
  const [found] = await own.getMetas([revocationsKey]);
  // Written over, what a later version has said would be lost.
  if (!found!.hit && found!.reason === 'unknown-format')
    throw new CacheError('ERR_INVALID_STATE', 'what is revoked was written by a later version: use that');
  return recordIn(found!, known);
}

/** `known`: what was heard there before. */
export function recordIn(found: MetaResult, known: RevocationRecord): RevocationRecord {
  return found.hit ? parseRecord(saidIn(found.meta, known.revocations)) : emptyRecord;
}

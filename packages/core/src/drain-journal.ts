import { batchesOf } from './batches.js';
import { distinctRefs, type Blob, type BlobRef } from './blob-ref.js';
import type { Cache } from './cache.js';
import type { CallOptions } from './call-options.js';
import type { Digest } from './digest.js';
import { CacheError } from './errors.js';
import { decodeIndex } from './index-blob.js';
import {
  keyOfRecord,
  type Journal,
  type JournalBatch,
  type JournalRecord,
  type StoredEntry,
} from './journal.js';
import { canonicalJson } from './json.js';

export interface DrainOptions extends CallOptions {
  readonly journal: Journal;
  /** Where the blobs are. */
  readonly from: Cache;
  /** What is to be told. Rejects where it is out of order. */
  readonly to: Cache;
}

export interface Drained {
  /** Metas stored or removed. */
  readonly metas: number;
  readonly blobs: number;
  /** Bytes of content, uncompressed. */
  readonly bytes: number;
  /** Entries given up: a blob that they name is in neither tier, or they come after one of which that is so. */
  readonly lost: number;
  /** Batches that are done with. None, although there is work: what is left cannot be told now. */
  readonly batches: number;
}

export const nothingDrained: Drained = { metas: 0, blobs: 0, bytes: 0, lost: 0, batches: 0 };

export function addDrained(a: Drained, b: Drained): Drained {
  return {
    metas: a.metas + b.metas,
    blobs: a.blobs + b.blobs,
    bytes: a.bytes + b.bytes,
    lost: a.lost + b.lost,
    batches: a.batches + b.batches,
  };
}

/** Content on its way at once. */
const batchBytes = 4 * 1024 * 1024;

/**
 * Tells a remote what stands in its journal, oldest first: of each batch the blobs that the remote has not got, and
 * when they are there the metas. A batch is taken out when all of it has been told, so that a process that is killed, or
 * meets an outage, leaves the rest to the next. Being told something twice does a remote no harm.
 */
export async function drainJournal(options: DrainOptions): Promise<Drained> {
  let total = nothingDrained;
  const batches = await options.journal.batches();
  for (const { batch, records } of withoutSuperseded(batches)) {
    options.signal?.throwIfAborted();
    const told = await tellOrGiveUp(records, options);
    if (!told) continue;
    total = addDrained(total, told);
    await options.journal.remove(batch);
  }
  return total;
}

/** `undefined` where a local blob cannot be read now: the batch stays, and keeps no other from being told. */
async function tellOrGiveUp(
  records: readonly JournalRecord[],
  options: DrainOptions,
): Promise<Drained | undefined> {
  try {
    return await tell(records, options);
  } catch (error) {
    if (error instanceof LocalOutage) return undefined;
    // The remote would refuse it the next time as well (a meta beyond what it takes), and all that comes after it.
    if (error instanceof CacheError && error.code === 'ERR_INVALID_OPTION')
      return { ...nothingDrained, lost: records.length, batches: 1 };
    throw error;
  }
}

/** Not the remote's, and no reason to leave that alone. */
class LocalOutage extends Error {}

/** Of each key only what was said last: in between, it says nothing any more. */
function withoutSuperseded(
  batches: readonly JournalBatch[],
): readonly { readonly batch: JournalBatch; readonly records: readonly JournalRecord[] }[] {
  const textOf = (record: JournalRecord) => canonicalJson(keyOfRecord(record));
  const last = new Map<string, JournalRecord>();
  for (const record of batches.flatMap(({ records }) => records)) last.set(textOf(record), record);
  const isLast = (record: JournalRecord) => last.get(textOf(record)) === record;
  return batches.map((batch) => {
    const led = new Set(batch.records.filter(isLast).map(leaderOf));
    // Also what another of its batch comes after: that is not to stand alone until the later batch is told.
    const records = batch.records.filter((record) => isLast(record) || led.has(textOf(record)));
    return { batch, records };
  });
}

function leaderOf(record: JournalRecord): string | undefined {
  if (record.op === 'delete' || record.entry.after === undefined) return undefined;
  return canonicalJson(record.entry.after);
}

async function tell(records: readonly JournalRecord[], options: DrainOptions): Promise<Drained> {
  const { to, signal } = options;
  const call = signal ? { signal } : {};
  const entries = records.flatMap((record) => (record.op === 'put' ? [record.entry] : []));
  const removed = records.flatMap((record) => (record.op === 'delete' ? [record.key] : []));
  const { whole, lost, blobs, bytes } = await tellBlobs(entries, options);
  await to.putMany(whole, call);
  for (const key of removed) await to.delete(key, call);
  return { metas: whole.length + removed.length, blobs, bytes, lost, batches: 1 };
}

async function tellBlobs(
  entries: readonly StoredEntry[],
  { from, to, signal }: DrainOptions,
): Promise<Omit<Drained, 'metas' | 'batches'> & { readonly whole: readonly StoredEntry[] }> {
  const call = signal ? { signal } : {};
  const closures = new Map<StoredEntry, Closure>();
  for (const entry of entries) closures.set(entry, await closureOf(entry, [from, to], call));
  const wanted = distinctRefs([...closures.values()].flatMap(({ refs }) => refs));
  // Exact, and renews what is there: from here on the remote's blobs outlive the metas that are about to name them.
  const missing = wanted.length > 0 ? await to.blobs.findMissing(wanted, call) : [];
  const { gone, blobs, bytes } = await copy(missing, from, to, call);
  const isWhole = (entry: StoredEntry) => {
    const { refs, isKnown } = closures.get(entry)!;
    return isKnown && refs.every(({ digest }) => !gone.has(digest));
  };
  const lostKeys = new Set(entries.filter((entry) => !isWhole(entry)).map(({ key }) => canonicalJson(key)));
  const isFollowing = ({ after }: StoredEntry) => after !== undefined && lostKeys.has(canonicalJson(after));
  const whole = entries.filter((entry) => isWhole(entry) && !isFollowing(entry));
  return { whole, lost: entries.length - whole.length, blobs, bytes };
}

/** All blobs that an entry needs: those that it names, and those that its index blobs list. */
interface Closure {
  readonly refs: readonly BlobRef[];
  /** All index blobs could be read. */
  readonly isKnown: boolean;
}

async function closureOf(entry: StoredEntry, tiers: readonly Cache[], call: CallOptions): Promise<Closure> {
  const named = Object.values(entry.blobs);
  const indexes = named.filter(({ index }) => index);
  const found = new Map<Digest, Uint8Array>();
  for (const { blobs } of tiers) {
    const wanted = indexes.filter(({ digest }) => !found.has(digest));
    const results = wanted.length > 0 ? await blobs.getMany(wanted, call) : [];
    for (const [i, result] of results.entries()) if (result.found) found.set(wanted[i]!.digest, result.bytes);
  }
  const listed = indexes.map(({ digest }) => {
    const bytes = found.get(digest);
    return bytes && decodeIndex(bytes);
  });
  const refs = listed.flatMap((page) => page?.flatMap((line) => line.refs) ?? []);
  return { refs: [...named, ...refs], isKnown: listed.every((page) => page !== undefined) };
}

async function copy(
  refs: readonly BlobRef[],
  from: Cache,
  to: Cache,
  call: CallOptions,
): Promise<{ readonly gone: ReadonlySet<Digest>; readonly blobs: number; readonly bytes: number }> {
  const gone = new Set<Digest>();
  let [count, bytes] = [0, 0];
  for (const batch of batchesOf(refs, ({ size }) => size, batchBytes)) {
    const results = await from.blobs.getMany(batch, call);
    const found = results.flatMap((result, i): readonly Blob[] =>
      result.found ? [{ ref: batch[i]!, bytes: result.bytes }] : [],
    );
    results.forEach((result, i) => {
      if (result.found) return;
      if (result.reason === 'unavailable') throw new LocalOutage();
      gone.add(batch[i]!.digest);
    });
    await to.blobs.putMany(found, call);
    count += found.length;
    bytes += found.reduce((sum, { ref }) => sum + ref.size, 0);
  }
  return { gone, blobs: count, bytes };
}

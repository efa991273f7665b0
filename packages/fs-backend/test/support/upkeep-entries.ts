import type { CacheEntry } from '@cleanmiss/core';

/** What a trial of gc and verify beside writers consists of: known to all its processes, so that only numbers are told. */
export const writers = 4;
export const entriesPerEpoch = 24;
/** Contents of an epoch that are old, unnamed, and partly damaged when its writers come to put them. */
export const preparedPerEpoch = 24;
export const victimsPerEpoch = 4;

export interface EntryName {
  readonly epoch: number;
  readonly writer: number;
  readonly n: number;
}

/** A content of its own, and one or two of the prepared ones. */
export function upkeepEntryOf(name: EntryName): CacheEntry {
  const { epoch, writer, n } = name;
  const own = contentOf(`own ${epoch} ${writer} ${n} `, 500 + (n % 5) * 1000);
  const prepared = preparedIn(name).map((i) => [`prepared ${i}`, preparedContent(epoch, i)] as const);
  return { key: { ...name }, blobs: { own, ...Object.fromEntries(prepared) } };
}

/** All writers put all of them: in the same order, or each in another. */
function preparedIn({ epoch, writer, n }: EntryName): readonly number[] {
  const first = (n + (epoch % 2) * writer * 6) % preparedPerEpoch;
  return n % 3 === 0 ? [first, (first + 7) % preparedPerEpoch] : [first];
}

/** Whether the entry may rely on what is there under the right name and size: damage inside is only found by who reads. */
export function mayRelyOn(name: EntryName): boolean {
  return preparedIn(name).every((i) => harmOf(i) !== 'a byte changed');
}

export function harmOf(i: number): 'a byte changed' | 'cut off' | 'none' {
  return (['a byte changed', 'cut off', 'none', 'none'] as const)[i % 4]!;
}

export function preparedContent(epoch: number, i: number): Uint8Array {
  return contentOf(`prepared ${epoch} ${i} `, 3000 + (i % 4) * 9000);
}

/** Nobody puts these but the one who damages them. */
export function victimOf(epoch: number, v: number): CacheEntry {
  return { key: { epoch, victim: v }, blobs: { data: contentOf(`victim ${epoch} ${v} `, 4000) } };
}

function contentOf(text: string, length: number): Uint8Array {
  return Buffer.alloc(length, text);
}

import assert from 'node:assert/strict';
import type { Blob, BlobResult, BlobStore } from '@cleanmiss/core';

/** Each of the blobs is there, exactly, in order. */
export async function expectBlobs(store: BlobStore, blobs: readonly Blob[]): Promise<void> {
  const results = await store.getMany(blobs.map(({ ref }) => ref));
  assert.equal(results.length, blobs.length, 'one result per ref');
  results.forEach((result, i) => {
    expectExactly(result, blobs[i]!);
  });
}

export function expectExactly(result: BlobResult | undefined, { ref, bytes }: Blob): void {
  assert.ok(result?.found, `blob ${ref.digest} of ${ref.size} bytes is there`);
  assert.ok(Buffer.compare(result.bytes, bytes) === 0, `blob ${ref.digest} of ${ref.size} bytes is exact`);
}

export async function expectMissing(store: BlobStore, blobs: readonly Blob[]): Promise<void> {
  const refs = blobs.map(({ ref }) => ref);
  const results = await store.getMany(refs);
  assert.deepEqual(
    results,
    refs.map(() => ({ found: false, reason: 'blob-missing' })),
  );
  assert.deepEqual(await store.findMissing(refs), refs);
}

/** A call with an ended signal does nothing, or all of it, and says which; the reason is the caller's own. */
export async function expectAbortedOrDone(step: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const reason = new Error('the caller has had enough');
  try {
    await step(AbortSignal.abort(reason));
  } catch (error) {
    assert.equal(error, reason);
  }
}

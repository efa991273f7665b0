import type { BlobResult, BlobStore } from './blob-store.js';
import type { CacheResult, MetaHit, MetaResult } from './cache.js';
import type { CallOptions } from './call-options.js';

/** The blobs of all metas in one batch. A meta of which one cannot be had is a miss, for the reason of the first such. */
export async function withBlobs(
  metas: readonly MetaResult[],
  store: BlobStore,
  options?: CallOptions,
): Promise<readonly CacheResult[]> {
  const refs = metas.flatMap((result) => (result.hit ? [...result.meta.blobs.values()] : []));
  const found = (await store.getMany(refs, options)).values();
  return metas.map((result) => (result.hit ? whole(result, found) : result));
}

function whole({ meta }: MetaHit, results: Iterator<BlobResult, undefined>): CacheResult {
  const blobs = new Map<string, Uint8Array>();
  let miss: CacheResult | undefined;
  for (const name of meta.blobs.keys()) {
    const result = results.next().value!;
    if (result.found) blobs.set(name, result.bytes);
    else miss ??= { hit: false, reason: result.reason };
  }
  return miss ?? { hit: true, meta, blobs };
}

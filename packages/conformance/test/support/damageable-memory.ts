import type { OpenedDamageableBlobStore } from '@cleanmiss/conformance';
import { MemoryBlobStore, type BlobRef, type BlobStore, type Digest } from '@cleanmiss/core';

/** A memory store takes whatever it is given for a blob's bytes: that is how one is damaged behind its back. */
export function damageableMemory(
  memory: MemoryBlobStore,
  decorate: (store: BlobStore) => BlobStore = (store) => store,
): OpenedDamageableBlobStore {
  const raw = MemoryBlobStore.prototype;
  return {
    store: decorate(memory),
    damage: async (digest: Digest, change: (bytes: Uint8Array) => Uint8Array) => {
      const ref = { digest } as BlobRef;
      const [result] = await raw.getMany.call(memory, [ref]);
      if (result?.found) await raw.putMany.call(memory, [{ ref, bytes: change(result.bytes) }]);
    },
  };
}

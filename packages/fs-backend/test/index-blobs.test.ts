import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobOf, encodeIndex, loadChecksum, maxIndexBytes } from '@cleanmiss/core';
import { FsBlobStore, StoreFiles } from '@cleanmiss/fs-backend';
import { readIndex } from '../src/index-blobs.js';
import { temporaryDirectory } from './support/store-fixture.js';

const checksumOf = await loadChecksum();

describe('an index blob', () => {
  it('that is longer than any index lists nothing: whoever planted it does not fill our memory', async (t) => {
    const files = new StoreFiles({ directory: temporaryDirectory(t) });
    const listed = blobOf(Buffer.from('listed'), checksumOf).ref;
    const line = encodeIndex([{ refs: [listed], about: {} }]);
    const blobs = [line, Buffer.concat([line, Buffer.alloc(maxIndexBytes, '\n')])].map((bytes) =>
      blobOf(bytes, checksumOf),
    );
    await new FsBlobStore(files).putMany(blobs);
    const [short, long] = blobs.map(({ ref }) => readIndex(files, ref, checksumOf));
    assert.deepEqual(short, [listed]);
    assert.equal(long, undefined);
  });
});

import assert from 'node:assert/strict';
import type { BlobStore } from '@cleanmiss/core';
import { expectAbortedOrDone, expectBlobs, expectExactly, expectMissing } from './expect-blobs.js';
import { awkwardContents, bytesBlob, textBlob, textBlobs } from './samples.js';
import { suite, type Opened, type SuiteRunner } from './suite-runner.js';

export interface OpenedBlobStore extends Opened {
  /** Empty. */
  readonly store: BlobStore;
}

/** What every `BlobStore` promises: backends, and decorators that are transparent. */
export function blobStoreSuite(runner: SuiteRunner, open: () => Promise<OpenedBlobStore>): void {
  suite(runner, 'a blob store', open, {
    ...readingTests,
    ...writingTests,
    ...removingTests,
    ...sharingTests,
  });
}

type Tests = Readonly<Record<string, (opened: OpenedBlobStore) => Promise<void>>>;

const [a, b, c] = [textBlob('blob a'), textBlob('blob b'), textBlob('blob c')];
const absent = textBlob('nobody has stored this');

const readingTests: Tests = {
  'answers blob-missing for what nobody has stored': async ({ store }) => {
    await expectMissing(store, [absent]);
  },

  'answers in the order of the refs, with misses in their places': async ({ store }) => {
    await store.putMany([a, b, c]);
    const results = await store.getMany([c, absent, a, b].map(({ ref }) => ref));
    assert.equal(results.length, 4);
    expectExactly(results[0], c);
    assert.deepEqual(results[1], { found: false, reason: 'blob-missing' });
    expectExactly(results[2], a);
    expectExactly(results[3], b);
  },

  'answers a ref as often as it is asked for': async ({ store }) => {
    await store.putMany([a, b]);
    await expectBlobs(store, [a, a, b, a]);
    const missing = [absent.ref, a.ref, absent.ref];
    assert.deepEqual(await store.findMissing(missing), [absent.ref, absent.ref]);
  },

  'does nothing with an empty batch': async ({ store }) => {
    await store.putMany([]);
    await store.deleteMany([]);
    await store.quarantineMany([]);
    assert.deepEqual(await store.getMany([]), []);
    assert.deepEqual(await store.findMissing([]), []);
  },

  'finds missing exactly what is not there, in order, after every change': async ({ store }) => {
    const refs = [a.ref, b.ref, c.ref];
    assert.deepEqual(await store.findMissing(refs), refs);
    await store.putMany([b]);
    assert.deepEqual(await store.findMissing(refs), [a.ref, c.ref]);
    await store.putMany([a, c]);
    assert.deepEqual(await store.findMissing(refs), []);
    await store.deleteMany([b.ref.digest]);
    assert.deepEqual(await store.findMissing(refs), [b.ref]);
  },
};

const writingTests: Tests = {
  ...Object.fromEntries(
    Object.entries(awkwardContents).map(([name, bytes]) => [
      `gives back exactly what was put: ${name}`,
      async ({ store }: OpenedBlobStore) => {
        const blob = bytesBlob(bytes);
        await store.putMany([blob]);
        await expectBlobs(store, [blob]);
        assert.deepEqual(await store.findMissing([blob.ref]), []);
      },
    ]),
  ),

  'takes one blob twice in a batch, and once more later': async ({ store }) => {
    await store.putMany([a, b, a]);
    await store.putMany([a]);
    await expectBlobs(store, [a, b]);
  },

  'takes thousands of blobs in one batch': async ({ store }) => {
    const blobs = textBlobs(1500);
    await store.putMany(blobs);
    await expectBlobs(store, blobs);
    assert.deepEqual(await store.findMissing(blobs.map(({ ref }) => ref)), []);
  },

  'takes bytes that are a part of a larger buffer': async ({ store }) => {
    const buffer = Buffer.from('...the middle...');
    const part = bytesBlob(buffer.subarray(3, 13));
    await store.putMany([part]);
    await expectBlobs(store, [part]);
  },

  'keeps a blob as it was when the caller writes over what it handed in': async ({ store }) => {
    const bytes = Buffer.from('before');
    const blob = bytesBlob(bytes);
    await store.putMany([blob]);
    bytes.write('after!');
    await expectBlobs(store, [{ ref: blob.ref, bytes: Buffer.from('before') }]);
  },

  'keeps a blob as it was when the caller writes over what it was handed out': async ({ store }) => {
    await store.putMany([a]);
    const [first, second] = await store.getMany([a.ref, a.ref]);
    assert.ok(first?.found);
    first.bytes.fill(0);
    expectExactly(second, a);
    await expectBlobs(store, [a]);
  },
};

const removingTests: Tests = {
  'passes over what is not there when it removes': async ({ store }) => {
    await store.putMany([a]);
    await store.deleteMany([absent.ref.digest, absent.ref.digest]);
    await store.quarantineMany([absent.ref]);
    await expectBlobs(store, [a]);
    await expectMissing(store, [absent]);
  },

  'removes what it is told to and nothing else': async ({ store }) => {
    await store.putMany([a, b, c]);
    await store.deleteMany([a.ref.digest, c.ref.digest]);
    await expectMissing(store, [a, c]);
    await expectBlobs(store, [b]);
  },

  'takes a removed blob again': async ({ store }) => {
    await store.putMany([a]);
    await store.deleteMany([a.ref.digest]);
    await store.putMany([a]);
    await expectBlobs(store, [a]);
  },

  'leaves a good blob where it is when it is told to quarantine it': async ({ store }) => {
    await store.putMany([a, b]);
    await store.quarantineMany([a.ref, a.ref]);
    await expectBlobs(store, [a, b]);
  },

  'leaves a good blob where it is when it is told to quarantine it as one of another size': async ({
    store,
  }) => {
    await store.putMany([a]);
    await store.quarantineMany([{ ...a.ref, size: a.ref.size + 1 }]);
    await expectBlobs(store, [a]);
  },
};

const sharingTests: Tests = {
  'stores every blob of many batches that overlap, put at once': async ({ store }) => {
    const blobs = textBlobs(120);
    const batches = Array.from({ length: 12 }, (_, i) => blobs.slice(i * 8, i * 8 + 32));
    await Promise.all(batches.map((batch) => store.putMany(batch)));
    await expectBlobs(store, blobs);
  },

  'shows a reader the whole blob or none while it is put and removed': async ({ store }) => {
    const blob = bytesBlob(awkwardContents['one byte over 64 KiB']!);
    const writes = Array.from({ length: 20 }, async (_, i) => {
      await (i % 3 === 2 ? store.deleteMany([blob.ref.digest]) : store.putMany([blob]));
    });
    const reads = Array.from({ length: 20 }, async () => {
      const [result] = await store.getMany([blob.ref]);
      if (result?.found) expectExactly(result, blob);
      else assert.deepEqual(result, { found: false, reason: 'blob-missing' });
    });
    await Promise.all([...writes, ...reads]);
    await store.putMany([blob]);
    await expectBlobs(store, [blob]);
  },

  'is whole after a call that was ended early': async ({ store }) => {
    const blobs = textBlobs(200);
    await store.putMany([a]);
    await expectAbortedOrDone((signal) => store.putMany(blobs, { signal }));
    await expectAbortedOrDone((signal) => store.getMany([a.ref], { signal }));
    await expectAbortedOrDone((signal) => store.findMissing([a.ref], { signal }));
    await expectAbortedOrDone((signal) => store.quarantineMany([a.ref], { signal }));
    await expectAbortedOrDone((signal) => store.deleteMany([absent.ref.digest], { signal }));
    for (const [i, result] of (await store.getMany(blobs.map(({ ref }) => ref))).entries()) {
      if (result.found) expectExactly(result, blobs[i]!);
    }
    await store.putMany(blobs, { signal: new AbortController().signal });
    await expectBlobs(store, [a, ...blobs]);
  },
};

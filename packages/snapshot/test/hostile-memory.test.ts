import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keyHashOf, type Blob } from '@cleanmiss/core';
import { openFsStore, type FsStore } from '@cleanmiss/fs-backend';
import { snapshotKey } from '@cleanmiss/snapshot';
import { temporaryDirectory } from './support/fixtures.js';
import { blobFrom, content, lineOf, pageOf, plantIn } from './support/hostile-snapshots.js';
import type { Loaded } from './support/loading-process.js';

/** Of a process that loads an ordinary snapshot: some 60; of the longest manifest that is taken, 380. */
const maxPeakMb = 450;
/** Pages with as many facts as are taken: of 187, the manifest is nearly as long as it may be. */
const longPages = process.env['CLEANMISS_LONG'] === '1' ? 187 : 50;
const mib = 1024 * 1024;

const unit = (name: string, path: string) => ({ name, files: [{ path }] });

/** Pages of 512 units; `of` says which units each has. */
function pagesOf(count: number, of: (page: number, i: number) => ReturnType<typeof unit>): readonly Blob[] {
  return Array.from({ length: count }, (_, page) =>
    pageOf(Array.from({ length: 512 }, (__, i) => of(page, i))),
  );
}

/** By a process of its own, from files: what is made up to be loaded is in nobody's memory but ours. */
async function load(plant: (store: FsStore) => Promise<string>): Promise<Loaded> {
  const directory = temporaryDirectory();
  const id = await plant(openFsStore({ directory }));
  const script = fileURLToPath(new URL('support/loading-process.js', import.meta.url));
  const said = execFileSync(process.execPath, [script, directory, id, join(directory, 'state')], {
    encoding: 'utf8',
  });
  rmSync(directory, { recursive: true, force: true });
  const loaded = JSON.parse(said) as Loaded;
  assert.ok(loaded.peakMb < maxPeakMb, `it took ${loaded.peakMb} MB`);
  return loaded;
}

/** Under the key of a snapshot, whatever it is. */
async function plantMeta({ metas }: FsStore, bytes: Uint8Array): Promise<string> {
  await metas.put(keyHashOf(snapshotKey('0')), bytes);
  return '0';
}

describe('a bounded memory is enough for', () => {
  it('a manifest of a million files in one unit: its page is damaged', async () => {
    const files = Array.from({ length: 1_000_000 }, (_, i) => ({ path: i.toString(36), size: 0, refs: [] }));
    const page = blobFrom(`${lineOf({ files })}\n`);
    const loaded = await load((store) => plantIn(store, [page]));
    assert.deepEqual([loaded.reason, loaded.files], ['blob-corrupt', 0]);
  });

  it('a manifest of more files than a state has, in many pages: it is no snapshot', async () => {
    const short = (page: number, i: number) => ({
      name: `${page} ${i}`,
      files: [0, 1, 2].map((n) => ({ path: `${page}.${i}.${n}`, size: 0, refs: [] })),
    });
    const loaded = await load((store) => plantIn(store, pagesOf(200, short)));
    assert.deepEqual([loaded.reason, loaded.files], ['meta-corrupt', 0]);
  });

  it('a meta that names a million pages: it is no meta', async () => {
    const entry = JSON.stringify({ ...content.ref, index: true });
    const named = Array.from({ length: 1_000_000 }, (_, i) => `"${i}":${entry}`);
    const loaded = await load((store) => plantMeta(store, Buffer.from(`{"blobs":{${named.join()}}}`)));
    assert.equal(loaded.reason, 'meta-corrupt');
  });

  it('a meta that is nothing but brackets, as long as a meta may be: it is no meta', async () => {
    for (const text of ['['.repeat(4 * mib), `[${'{},'.repeat(1.3 * mib)}0]`]) {
      const loaded = await load((store) => plantMeta(store, Buffer.from(text)));
      assert.equal(loaded.reason, 'meta-corrupt');
    }
  });

  it('facts that are nothing but brackets, in as many pages as a manifest has', async () => {
    const [many, few] = [2000, 28].map((length) => Array.from({ length }, () => ({})));
    const pagesWith = (count: number, facts: readonly object[] | undefined) =>
      pagesOf(count, (page, i) => ({ ...unit(`${page} ${i}`, `${page}.${i}`), facts: { facts } }));
    const loaded = await load((store) => plantIn(store, pagesWith(4, many)));
    assert.deepEqual([loaded.reason, loaded.files], ['blob-corrupt', 0]);
    // As many as are taken: they lose on their last page.
    const worst = [...pagesWith(longPages, few), pageOf([unit('0 0', 'twice')])];
    assert.equal((await load((store) => plantIn(store, worst))).reason, 'meta-corrupt');
  });

  it('a file of 400 MB that is one blob of a megabyte over and over: it is written in parts', async () => {
    const blob = blobFrom(Buffer.alloc(mib));
    const refs = Array.from({ length: 400 }, () => ({ ...blob.ref }));
    const page = pageOf([{ files: [{ path: 'a', size: 400 * mib, refs }] }]);
    const loaded = await load((store) => plantIn(store, [page], [blob]));
    assert.deepEqual([loaded.reason, loaded.bytes], [null, 400 * mib]);
  });
});

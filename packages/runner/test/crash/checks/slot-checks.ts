import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMeta, loadChecksum, type JsonObject, type Meta } from '@cleanmiss/core';
import {
  isSlotLeased,
  knownFiles,
  listSlots,
  PackedBlobs,
  readSlotIndex,
  readSlotRecord,
  SnapshotStore,
  walkUnits,
  type FileEntry,
} from '@cleanmiss/snapshot';
import { filesInState, filesOf, layout, lineOf, type State } from '../operations/states.js';
import { later, openStore, storeIn, type OpenStore } from '../operations/store.js';
import { contentsOf, expectNoLitter, expectNoMetaWithoutBlobs } from './store-files.js';

const checksumOf = await loadChecksum();

/** Every snapshot can be had and is one of these states, and every ref leads to one of them. Answers them by their ids. */
export async function expectWholeSnapshots(
  sandbox: string,
  states: readonly State[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  expectNoMetaWithoutBlobs(storeIn(sandbox));
  const store = openStore(storeIn(sandbox));
  const metas = await metasIn(store);
  const found = new Map<string, readonly string[]>();
  for (const id of textsOf(metas, 'snapshot', ({ key }) => (key as JsonObject)['id'])) {
    const files = await filesOfSnapshot(store, id);
    const isKnown = states.some((state) => isSame(filesOf(state), files));
    assert.ok(isKnown, `a snapshot of a state that no checker has left: ${files.join('\n')}`);
    found.set(id, files);
  }
  for (const id of textsOf(metas, 'ref', ({ attributes }) => attributes['snapshot']))
    assert.ok(found.has(id), 'a ref leads to a snapshot');
  return found;
}

/** Nobody has a slot; a slot with a record holds exactly what that says, and the store has it; and an index knows no file wrongly. */
export function expectHonestSlots(root: string, snapshots: ReadonlyMap<string, readonly string[]>): void {
  for (const slot of listSlots(root)) {
    assert.equal(isSlotLeased(slot), false, 'a lease ends with its holder');
    const record = readSlotRecord(slot.recordPath);
    if (record)
      assert.deepEqual(
        filesInState(slot.stateDir),
        snapshots.get(record.snapshot),
        'a slot holds what its record says',
      );
    const known = knownFiles(readSlotIndex(slot.indexPath), walkUnits(slot.stateDir, layout));
    for (const file of known.values()) expectContent(join(slot.stateDir, file.path), file);
  }
}

/** Of the only slot: its files, and what is in its folder beside them. */
export function slotContents(root: string): unknown {
  return listSlots(root).map(({ directory, stateDir, recordPath, checker, number }) => {
    const { snapshot, commit, storeId } = readSlotRecord(recordPath) ?? {};
    const record = { snapshot, commit, isStored: typeof storeId === 'string' };
    return { checker, number, record, files: filesInState(stateDir), names: readdirSync(directory).sort() };
  });
}

/** After a collection: all snapshots are whole, and there is nothing else. */
export async function storeContents(sandbox: string, states: readonly State[]): Promise<unknown> {
  const store = openStore(storeIn(sandbox), later);
  const report = await store.maintenance.verify();
  assert.equal(report.corruptBlobs + report.corruptMetas + report.incompleteMetas, 0);
  await metasIn(store);
  await store.maintenance.gc();
  await expectWholeSnapshots(sandbox, states);
  expectNoLitter(storeIn(sandbox));
  return contentsOf(storeIn(sandbox));
}

async function metasIn({ metas }: OpenStore): Promise<readonly Meta[]> {
  const found: Meta[] = [];
  for await (const key of metas.list()) {
    // Reading renews it: what is in use is not collected.
    const [bytes] = await metas.getMany([key]);
    const decoded = decodeMeta(bytes!, checksumOf);
    assert.ok(decoded.ok);
    found.push(decoded.meta);
  }
  return found;
}

function textsOf(metas: readonly Meta[], type: string, textOf: (meta: Meta) => unknown): readonly string[] {
  return metas
    .filter(({ key }) => (key as JsonObject)['type'] === type)
    .map((meta) => textOf(meta) as string);
}

async function filesOfSnapshot({ cache }: OpenStore, id: string): Promise<readonly string[]> {
  const loaded = await new SnapshotStore(cache).load(id);
  assert.ok(loaded.ok, 'a snapshot is whole');
  assert.equal(loaded.snapshot.lost, undefined, 'a snapshot has all its pages');
  const lines: string[] = [];
  const blobs = new PackedBlobs(cache.blobs, loaded.snapshot.packs, checksumOf);
  for (const { path, mode, mtimeMs, refs } of loaded.snapshot.units.flatMap(({ files }) => files)) {
    const parts = await blobs.getMany(refs);
    const bytes = parts.map((part) => {
      assert.ok(part.found, `of a snapshot every blob is there: ${path}`);
      return part.bytes;
    });
    lines.push(lineOf(path, mode, mtimeMs!, Buffer.concat(bytes)));
  }
  return lines.sort();
}

function expectContent(path: string, { refs, size }: FileEntry): void {
  const bytes = readFileSync(path);
  let at = 0;
  for (const ref of refs) {
    const digest = createHash('sha256')
      .update(bytes.subarray(at, at + ref.size))
      .digest('hex');
    assert.equal(digest, ref.digest, `an index knows a file as it is: ${path}`);
    at += ref.size;
  }
  assert.equal(at, size);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

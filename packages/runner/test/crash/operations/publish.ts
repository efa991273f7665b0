import { mkdirSync } from 'node:fs';
import { captureState, emptyIndex, prepareSnapshot, refEntries, SnapshotStore } from '@cleanmiss/snapshot';
import type { Operation } from '../operation.js';
import { layout, largeState, runChecker, stateA, type State } from './states.js';
import { openStore, storeIn } from './store.js';

const [earlier, later] = ['earlier', 'later'];

/** Saves a snapshot with a file in chunks, where the branch has another one; then has a commit point at that one again. */
export const publish: Operation = {
  name: 'publish',
  async prepare(sandbox) {
    makeState(sandbox, earlier, stateA);
    makeState(sandbox, later, largeState);
    await save(sandbox, earlier);
  },
  async perform(sandbox, tell) {
    await save(sandbox, later);
    tell('saved');
    const { cache } = openStore(storeIn(sandbox));
    const { id } = await snapshotOf(sandbox, earlier);
    const refs = refEntries('context', [{ name: { by: 'commit', commit: 'a' }, shared: true }], id);
    await new SnapshotStore(cache).announce(id, cache, refs);
    tell('announced');
  },
};

export const operations = [publish];

async function save(sandbox: string, name: string): Promise<void> {
  const snapshot = await snapshotOf(sandbox, name);
  const branch = { by: 'branch', project: 'project', branch: 'main' } as const;
  const refs = refEntries('context', [{ name: branch, shared: true }], snapshot.id);
  await new SnapshotStore(openStore(storeIn(sandbox)).cache).save(snapshot, `${sandbox}/${name}`, { refs });
}

export async function snapshotOf(sandbox: string, name: string) {
  const stateDir = `${sandbox}/${name}`;
  return await prepareSnapshot(await captureState(stateDir, layout, emptyIndex), stateDir);
}

function makeState(sandbox: string, name: string, state: State): void {
  mkdirSync(`${sandbox}/${name}`);
  runChecker(`${sandbox}/${name}`, state);
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Candidate, RefName, SlotRecord } from '@cleanmiss/snapshot';
import { orderCandidates } from '../src/order-candidates.js';

const commits = ['head', 'parent', 'grandparent'];

function found(...names: readonly RefName[]): readonly Candidate[] {
  return names.map((name, i) => ({ name, snapshot: `s${i}` }));
}

function slotAt(commit: string | null): SlotRecord {
  return {
    snapshot: 'own',
    fingerprint: '',
    folders: null,
    commit,
    storeId: null,
    storedAt: 0,
    settledAt: 0,
    origins: [],
  };
}

function orderOf(names: readonly RefName[], own: SlotRecord | undefined): readonly string[] {
  return orderCandidates(found(...names), own, commits, 'topic').map(({ snapshot }) => snapshot);
}

const project = 'p';

describe('what a slot holds', () => {
  it('is no choice where its last run was cut off', () => {
    assert.deepEqual(orderOf([{ by: 'context' }], undefined), ['s0']);
  });

  it('comes after a commit that is nearer', () => {
    assert.deepEqual(orderOf([{ by: 'commit', commit: 'head' }, { by: 'context' }], slotAt('parent')), [
      's0',
      'own',
      's1',
    ]);
  });

  it('comes before what the store has of the same commit: nothing has to be written', () => {
    assert.deepEqual(orderOf([{ by: 'commit', commit: 'parent' }], slotAt('parent')), ['own', 's0']);
  });

  it('of a commit that is no ancestor comes after this branch and before all others', () => {
    const names: readonly RefName[] = [
      { by: 'branch', project, branch: 'topic' },
      { by: 'worktree', project, worktree: 'main' },
      { by: 'branch', project, branch: 'main' },
    ];
    assert.deepEqual(orderOf(names, slotAt('elsewhere')), ['s0', 'own', 's1', 's2']);
  });

  it('of a pull request’s last run comes before what its target and the default branch have', () => {
    const names: readonly RefName[] = [
      { by: 'branch', project, branch: 'release' },
      { by: 'branch', project, branch: 'main' },
      { by: 'project', project },
    ];
    assert.deepEqual(orderOf(names, slotAt('elsewhere')), ['own', 's0', 's1', 's2']);
  });

  it('is better than nothing', () => {
    assert.deepEqual(orderOf([], slotAt('elsewhere')), ['own']);
  });
});

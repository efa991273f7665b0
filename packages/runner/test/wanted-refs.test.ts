import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GitHead, Lineage, RefName } from '@cleanmiss/snapshot';
import { maxRefsToRead, refsToRead, refsToWrite, type Position } from '../src/wanted-refs.js';

const project = 'p';
const nothingKnown: Lineage = { ancestors: [], targetBranch: undefined, defaultBranch: undefined };
const outsideGit: Position = { project, head: undefined };

function at(head: Partial<GitHead>): Position {
  return { project, head: { commit: undefined, branch: undefined, worktree: 'main', ...head } };
}

function namesOf(refs: readonly RefName[]): readonly string[] {
  return refs.map(nameOf);
}

function nameOf(ref: RefName): string {
  switch (ref.by) {
    case 'commit':
      return `commit ${ref.commit}`;
    case 'branch':
      return `branch ${ref.branch}`;
    case 'worktree':
      return `worktree ${ref.worktree}`;
    case 'project':
    case 'context':
      return ref.by;
  }
}

function sharedNames(position: Position, workTree: 'clean' | 'dirty' | 'unknown'): readonly string[] {
  return namesOf(
    refsToWrite(position, workTree)
      .filter(({ shared }) => shared)
      .map(({ name }) => name),
  );
}

describe('the refs to read', () => {
  it('are what needs no git, where there is none', () => {
    assert.deepEqual(namesOf(refsToRead(outsideGit, nothingKnown)), ['worktree main', 'project', 'context']);
  });

  it('are as many as fit in one round trip, the nearest commits and every other kind', () => {
    const ancestors = Array.from({ length: 500 }, (_, i) => `a${i}`);
    const lineage = { ancestors, targetBranch: 'release', defaultBranch: 'main' };
    const names = namesOf(refsToRead(at({ commit: 'head', branch: 'topic' }), lineage));
    assert.equal(names.length, maxRefsToRead);
    assert.deepEqual(names.slice(0, 2), ['commit head', 'commit a0']);
    const others = ['branch topic', 'worktree main', 'branch release', 'branch main', 'project', 'context'];
    assert.deepEqual(names.slice(-7), ['commit a192', ...others]);
  });

  it('leave the room of a kind that is not known to commits', () => {
    const ancestors = Array.from({ length: 500 }, (_, i) => `a${i}`);
    const names = namesOf(refsToRead(at({ commit: 'head' }), { ...nothingKnown, ancestors }));
    assert.equal(names.length, maxRefsToRead);
    assert.equal(names.at(-4), 'commit a195');
  });

  it('name nothing twice', () => {
    const lineage = { ancestors: ['head', 'a', 'a'], targetBranch: 'main', defaultBranch: 'main' };
    const names = namesOf(refsToRead(at({ commit: 'head', branch: 'main' }), lineage));
    assert.deepEqual(names, [
      'commit head',
      'commit a',
      'branch main',
      'worktree main',
      'project',
      'context',
    ]);
  });

  it('have the default branch after the worktree where no branch is checked out', () => {
    const names = namesOf(refsToRead(at({ commit: 'head' }), { ...nothingKnown, defaultBranch: 'main' }));
    assert.deepEqual(names, ['commit head', 'worktree main', 'branch main', 'project', 'context']);
  });

  it('of a pull request are its own, then those of where it is to be merged, then the default branch’s', () => {
    const lineage = { ancestors: ['base', 'topic'], targetBranch: 'release', defaultBranch: 'main' };
    const names = namesOf(refsToRead(at({ commit: 'merge', branch: 'pr:12' }), lineage));
    assert.deepEqual(names.slice(0, 3), ['commit merge', 'commit base', 'commit topic']);
    assert.deepEqual(names.slice(3, 7), ['branch pr:12', 'worktree main', 'branch release', 'branch main']);
  });
});

describe('the refs to write', () => {
  const position = at({ commit: 'head', branch: 'topic', worktree: 'second' });

  it('are kept from others by commit and branch, unless the work tree is known to be clean', () => {
    assert.deepEqual(sharedNames(position, 'dirty'), ['project', 'context']);
    assert.deepEqual(sharedNames(position, 'unknown'), ['project', 'context']);
    assert.deepEqual(sharedNames(position, 'clean'), ['commit head', 'branch topic', 'project', 'context']);
  });

  it('are all moved on this machine, from any work tree', () => {
    for (const workTree of ['clean', 'dirty', 'unknown'] as const) {
      const names = namesOf(refsToWrite(position, workTree).map(({ name }) => name));
      assert.deepEqual(names, ['commit head', 'branch topic', 'worktree second', 'project', 'context']);
    }
  });

  it('outside git are the latest of the project and of the context, for all', () => {
    assert.deepEqual(sharedNames(outsideGit, 'unknown'), ['project', 'context']);
  });

  it('of a pull request are no branch’s', () => {
    const names = namesOf(
      refsToWrite(at({ commit: 'merge', branch: 'pr:12' }), 'clean').map(({ name }) => name),
    );
    assert.deepEqual(
      names.filter((name) => name.startsWith('branch ')),
      ['branch pr:12'],
    );
  });
});

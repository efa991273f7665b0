import type { Key } from '@cleanmiss/core';

/** Every key that snapshots, refs and marks live under, in one place: they share a store with a library user's keys. */
export type RefName =
  | { readonly by: 'commit'; readonly commit: string }
  | { readonly by: 'branch'; readonly project: string; readonly branch: string }
  | { readonly by: 'worktree'; readonly project: string; readonly worktree: string }
  | { readonly by: 'project'; readonly project: string }
  | { readonly by: 'context' };

/** What a manifest looks like: an older one is not there, to us. */
const manifestFormat = 2;

export function snapshotKey(id: string): Key {
  return { type: 'snapshot', format: manifestFormat, id };
}

export function setAsideKey(id: string): Key {
  return { type: 'set-aside', id };
}

/** A ref holds within one hard context: in another, the snapshot would be useless. */
export function refKey(contextHash: string, name: RefName): Key {
  return { type: 'ref', context: contextHash, ...name };
}

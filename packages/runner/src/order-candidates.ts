import type { Candidate, RefName, SlotRecord } from '@cleanmiss/snapshot';

/** What the slot holds already, as one of the choices. */
export type Choice = Candidate | SlotRecord;

export function isFromStore(choice: Choice): choice is Candidate {
  return 'name' in choice;
}

/**
 * Puts what the slot holds in its place among what the store has, nearest first. Where both are equally near the slot
 * comes first: nothing has to be written. `commits`: the checked-out commit, then its ancestors.
 */
export function orderCandidates(
  found: readonly Candidate[],
  own: SlotRecord | undefined,
  commits: readonly string[],
  branch: string | undefined,
): readonly Choice[] {
  if (!own) return found;
  const ownCommit = own.commit === null ? -1 : commits.indexOf(own.commit);
  // A slot whose commit is no ancestor is what this worktree had checked out before.
  const ownRank = ownCommit >= 0 ? ownCommit : ranks.worktree;
  const place = found.findIndex(({ name }) => rankOf(name, commits, branch) >= ownRank);
  return place < 0 ? [...found, own] : [...found.slice(0, place), own, ...found.slice(place)];
}

/** Beyond any number of ancestors. Other branches: a pull request's target, the default one; nothing comes between them. */
const ranks = { branch: 1e6, worktree: 1e6 + 1, otherBranch: 1e6 + 2, project: 1e6 + 3, context: 1e6 + 4 };

function rankOf(name: RefName, commits: readonly string[], branch: string | undefined): number {
  switch (name.by) {
    case 'commit':
      return commits.indexOf(name.commit);
    case 'branch':
      return name.branch === branch ? ranks.branch : ranks.otherBranch;
    case 'worktree':
      return ranks.worktree;
    case 'project':
      return ranks.project;
    case 'context':
      return ranks.context;
  }
}

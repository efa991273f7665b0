import type { GitHead, Lineage, RefName } from '@cleanmiss/snapshot';

/** Where this check stands: what its refs are named after. */
export interface Position {
  readonly project: string;
  /** `undefined` outside git. */
  readonly head: GitHead | undefined;
}

/** Where to look for a snapshot, nearest first. Any choice is correct; a nearer one is faster. */
export function refsToRead({ project, head }: Position, lineage: Lineage): readonly RefName[] {
  const commits = [head?.commit, ...lineage.ancestors].filter((commit) => commit !== undefined);
  const branches = [head?.branch, lineage.defaultBranch].filter((branch) => branch !== undefined);
  const worktree = worktreeRef(project, head);
  const [own, ...others] = [...new Set(branches)].map((branch): RefName => ({
    by: 'branch',
    project,
    branch,
  }));
  return [
    ...[...new Set(commits)].map((commit): RefName => ({ by: 'commit', commit })),
    ...(own ? [own] : []),
    worktree,
    ...others,
    { by: 'project', project },
    { by: 'context' },
  ];
}

/** Which refs a run moves to the snapshot it left. */
export function refsToWrite({ project, head }: Position): readonly RefName[] {
  const names: RefName[] = [worktreeRef(project, head), { by: 'project', project }, { by: 'context' }];
  if (head?.branch) names.unshift({ by: 'branch', project, branch: head.branch });
  if (head?.commit) names.unshift({ by: 'commit', commit: head.commit });
  return names;
}

function worktreeRef(project: string, head: GitHead | undefined): RefName {
  return { by: 'worktree', project, worktree: head?.worktree ?? 'main' };
}

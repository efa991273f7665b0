import type { GitHead, Lineage, RefName, RefToPoint, WorkTree } from '@cleanmiss/snapshot';

/** Where this check stands: what its refs are named after. */
export interface Position {
  readonly project: string;
  /** `undefined` outside git. */
  readonly head: GitHead | undefined;
}

/** Names at most: they are asked for in one round trip, of a remote that may be far away. */
export const maxRefsToRead = 200;

/** Where to look for a snapshot, nearest first. Any choice is correct; a nearer one is faster. */
export function refsToRead({ project, head }: Position, lineage: Lineage): readonly RefName[] {
  const { ancestors, targetBranch, defaultBranch } = lineage;
  const others = withoutRepeats([targetBranch, defaultBranch]).filter((branch) => branch !== head?.branch);
  const beyondCommits: readonly RefName[] = [
    ...(head?.branch === undefined ? [] : [branchRef(project, head.branch)]),
    worktreeRef(project, head),
    ...others.map((branch) => branchRef(project, branch)),
    { by: 'project', project },
    { by: 'context' },
  ];
  const commits = withoutRepeats([head?.commit, ...ancestors])
    .slice(0, maxRefsToRead - beyondCommits.length)
    .map((commit): RefName => ({ by: 'commit', commit }));
  return [...commits, ...beyondCommits];
}

/**
 * Which refs a run moves to the snapshot it left. The name of a commit or branch promises others what was checked in:
 * they get that from a clean work tree only. A worktree is a folder of this machine. Project and context promise no more
 * than the latest, so that anybody's will do.
 */
export function refsToWrite({ project, head }: Position, workTree: WorkTree): readonly RefToPoint[] {
  const isClean = workTree === 'clean';
  const names: RefToPoint[] = [
    { name: worktreeRef(project, head), shared: false },
    { name: { by: 'project', project }, shared: true },
    { name: { by: 'context' }, shared: true },
  ];
  if (head?.branch) names.unshift({ name: branchRef(project, head.branch), shared: isClean });
  if (head?.commit) names.unshift({ name: { by: 'commit', commit: head.commit }, shared: isClean });
  return names;
}

function withoutRepeats(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== undefined);
}

function branchRef(project: string, branch: string): RefName {
  return { by: 'branch', project, branch };
}

function worktreeRef(project: string, head: GitHead | undefined): RefName {
  return { by: 'worktree', project, worktree: head?.worktree ?? 'main' };
}

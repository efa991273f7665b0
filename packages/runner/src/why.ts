import type { Distrust } from '@cleanmiss/core';
import type { PastRun } from './history.js';
import type { RunReport } from './report.js';

/** What a run's outcome means and what would change it, a sentence each. */
export function explain(run: RunReport): readonly string[] {
  const { outcome, reason, source, snapshot, notice, degraded } = run;
  const lines: string[] = [];
  if (outcome === 'hit') lines.push(hit(source, snapshot, run.restored.files));
  else if (reason) lines.push(reasons[reason](run));
  // Not in a line of history from before there was replay.
  const replay = (run as Partial<RunReport>).replay;
  if (replay && !replay.answered && replay.why) lines.push(`Not replayed: ${replay.why}.`);
  if (notice) lines.push(`Notice: ${notice}.`);
  // Not in a line of history from before there was trust.
  const counts = (run as Partial<RunReport>).untrusted ?? {};
  for (const [why, words] of Object.entries(untrusted)) {
    const count = counts[why as Distrust];
    if (typeof count === 'number' && count > 0) lines.push(words(count));
  }
  for (const entry of degraded) lines.push(`Out of order: ${entry}.`);
  return lines;
}

export function describeTimings({ timings }: PastRun): readonly string[] {
  const { bootMs, planMs, restoreMs, checkerMs, captureMs, publishMs, overheadMs } = timings;
  // Not in a line of history from before there were remotes.
  const { remoteWaitMs = 0 } = timings as Partial<typeof timings>;
  return [
    `checker ${ms(checkerMs)}, overhead ${ms(overheadMs)}:`,
    `  starting ${ms(bootMs)}, looking at the checker ${ms(planMs)}, restoring ${ms(restoreMs)},`,
    `  looking for changes ${ms(captureMs)}, storing them ${ms(publishMs)}`,
    ...(remoteWaitMs > 0 ? [`  of all this, waiting for remotes ${ms(remoteWaitMs)}`] : []),
  ];
}

function hit(source: RunReport['source'], snapshot: string | null, files: number): string {
  const id = snapshot?.slice(0, 12) ?? '';
  if (source === 'answer')
    return 'A hit: the store held the answer of an identical check, which was given; the checker was not started.';
  if (source === 'slot') return `A hit: the slot still held snapshot ${id} from the last run on this commit.`;
  const places = {
    commit: 'stored for this commit or an ancestor of it',
    branch: 'the latest of a branch',
    worktree: 'the latest of this worktree',
    project: 'the latest of this project',
    context: 'the latest of any project with this checker and these flags',
  };
  return `A hit: snapshot ${id}, ${places[source ?? 'context']}; ${files} files were written to the slot.`;
}

const untrusted: Readonly<Record<Distrust, (count: number) => string>> = {
  unsigned: (count) => `Not trusted: ${count} records that nobody has signed.`,
  'unknown-key': (count) =>
    `Not trusted: ${count} records, signed by a key that is none of trust.publicKeys.`,
  'bad-signature': (count) =>
    `Not trusted: ${count} records, whose signature is not that of the key they name.`,
  revoked: (count) => `Revoked: ${count} records (see cleanmiss revoke --list).`,
};

const reasons: Readonly<Record<NonNullable<RunReport['reason']>, (run: RunReport) => string>> = {
  absent: () =>
    'A miss: the store holds no snapshot for this checker, this version and these flags. The run has stored one.',
  'blob-missing': (run) =>
    `${word(run)}: a blob that the snapshot names is not in the store; the run has stored what it computed anew.`,
  'blob-corrupt': (run) =>
    `${word(run)}: a blob was damaged and has been quarantined; the run has stored what it computed anew.`,
  'meta-corrupt': () =>
    "A miss: the record under the wanted key was damaged or was another key's; the run has written it anew.",
  'unknown-format': () =>
    'A miss: what is stored was written by another version of cleanmiss, in a format that this one does not know.',
  untrusted: () =>
    'A miss: the nearest snapshot is not trusted: it was set aside because the checker broke down on it, it was revoked, or nobody whom this set-up trusts has signed it.',
  unavailable: () => 'A miss: the store or the slot could not be used; see what was out of order.',
  crashed: () =>
    'The checker broke down on the restored state. It was set aside, and the check was run once more, cold.',
  'passed-through': () => 'The command was run as it is, without a slot.',
};

function word({ outcome }: RunReport): string {
  return outcome === 'partial' ? 'A part was missing' : 'A miss';
}

function ms(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}

import type { Checked } from './cleanmiss.js';
import type { Fault } from './fault-list.js';
import { FaultPlace, type Machine, type Published } from './fault-place.js';

export interface TrialOptions {
  /** As where CI is set: the run waits until the remote has what it leaves, as long as its budget lasts. */
  readonly waits: boolean;
  /** Also makes the same run without a remote, before it and after it. */
  readonly measures: boolean;
}

/** What came of one fault. */
export interface Trial {
  readonly fault: Fault;
  /** Machine B, which has nothing yet. */
  readonly run: Checked;
  /** Right after that, another checkout on machine B. */
  readonly second: Checked;
  /** Machine C, when B has told everything. Only where the remote is to be whole again. */
  readonly third: Checked | undefined;
  /** What the same run takes without a remote, in milliseconds. Only where it was measured. */
  readonly aloneMs: number | undefined;
  /** The most memory that one of our processes held, in bytes. */
  readonly peakBytes: number;
  /** Of machine B; gone when `tryFault` has ended. */
  readonly store: string;
}

/**
 * Three machines of one team that share nothing but the remote; all at other paths, with other mtimes. `inspect` is shown
 * what came of it while it is still there.
 */
export async function tryFault(
  published: Published,
  fault: Fault,
  { waits, measures }: TrialOptions,
  inspect: (trial: Trial) => Promise<void>,
): Promise<Trial> {
  await using place = new FaultPlace(published);
  const before = measures ? await runAlone(place, 'before') : undefined;
  const { url, hasHappened = () => true } = await fault.arrange(place);
  const options = ['--remote', url, waits ? '--wait' : '--no-wait'];
  const b = place.machine('b/at/another/path', mtimes[1]);
  const run = await place.check(b, options);
  if (!hasHappened()) throw new Error('the run was over before the fault could happen');
  const besides: Machine = { project: place.checkout('b/second/project', mtimes[2]), store: b.store };
  const second = await place.check(besides, options);
  const third = fault.kind === 'repaired' ? await afterUpload(place, b, url) : undefined;
  await place.end();
  const after = measures ? await runAlone(place, 'after') : undefined;
  const aloneMs = before && after && (before.durationMs + after.durationMs) / 2;
  const peakBytes = place.processes.peakBytes();
  const trial = { fault, run, second, third, aloneMs, peakBytes, store: b.store };
  await inspect(trial);
  return trial;
}

const mtimes = ['2023-01-02', '2024-03-04', '2025-05-06', '2026-01-08'].map((day) => new Date(day)) as [
  Date,
  Date,
  Date,
  Date,
];

function runAlone(place: FaultPlace, name: string): Promise<Checked> {
  return place.check(place.machine(name, mtimes[0]), []);
}

async function afterUpload(place: FaultPlace, from: Machine, url: string): Promise<Checked> {
  await place.upload(from, url);
  return await place.check(place.machine('c/elsewhere', mtimes[3]), ['--remote', url, '--wait']);
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checked } from './cleanmiss.js';
import type { Fault } from './fault-list.js';
import { FaultPlace, type Machine, type Published } from './fault-place.js';

const PROLONGED_PAUSE_MS = 60_000;

export interface TrialOptions {
  /** As where CI is set: the run waits until the remote has what it leaves, as long as its budget lasts. */
  readonly waits: boolean;
  /** Also makes the same run without a remote, before it and after it. */
  readonly measures: boolean;
}

export interface Alone {
  /** Of the two runs, in milliseconds. */
  readonly meanMs: number;
  /** Between them: so far do figures scatter here. */
  readonly apartMs: number;
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
  /** The same run without a remote, before and after. Only where it was measured. */
  readonly alone: Alone | undefined;
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
  if (fault.kind === 'out') prolongPauses(b.store);
  const besides: Machine = { project: place.checkout('b/second/project', mtimes[2]), store: b.store };
  const second = await place.check(besides, options);
  const third = fault.kind === 'repaired' ? await afterUpload(place, b, url) : undefined;
  await place.end();
  const after = measures ? await runAlone(place, 'after') : undefined;
  const alone = before && after && aloneOf(before.durationMs, after.durationMs);
  const peakBytes = place.processes.peakBytes();
  const trial = { fault, run, second, third, alone, peakBytes, store: b.store };
  await inspect(trial);
  return trial;
}

const mtimes = ['2023-01-02', '2024-03-04', '2025-05-06', '2026-01-08'].map((day) => new Date(day)) as [
  Date,
  Date,
  Date,
  Date,
];

/** A check may take longer than the pause that an outage begins with; *right after* is to mean within it, on any machine. */
function prolongPauses(store: string): void {
  const remotes = join(store, 'remotes');
  for (const id of readdirSync(remotes)) {
    const path = join(remotes, id, 'reads.json');
    const state = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, unknown>>;
    writeFileSync(path, JSON.stringify({ ...state, openUntil: Date.now() + PROLONGED_PAUSE_MS }));
  }
}

function runAlone(place: FaultPlace, name: string): Promise<Checked> {
  return place.check(place.machine(name, mtimes[0]), []);
}

function aloneOf(beforeMs: number, afterMs: number): Alone {
  return { meanMs: (beforeMs + afterMs) / 2, apartMs: Math.abs(beforeMs - afterMs) };
}

async function afterUpload(place: FaultPlace, from: Machine, url: string): Promise<Checked> {
  await place.upload(from, url);
  return await place.check(place.machine('c/elsewhere', mtimes[3]), ['--remote', url, '--wait']);
}

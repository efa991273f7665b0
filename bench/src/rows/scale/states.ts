import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCache, type OpenedCache } from '@cleanmiss/open-cache';
import type { Prepared, Volume } from '@cleanmiss/runner';
import { findCandidates, SnapshotStore, type LoadedSnapshot, type RefName } from '@cleanmiss/snapshot';
import { writeLargeState, type LargeState } from '../../corpus/large-state.js';
import { layoutOf } from '../../corpus/layout.js';
import { alternate, type Contestant } from '../../measuring/alternate.js';
import type { Bench, Figure } from '../../row.js';
import {
  contextHash,
  projectName,
  RunWithoutChecker,
  type RunPlace,
} from '../../runs/run-without-checker.js';

/** A restoration of the largest state takes seconds. */
const maxRestores = 3;

/** How many refs a run asks for at most. */
const commits = 197;

export function ofFiles(work: string, count: number): string {
  return `${work}, ${String(count)} files`;
}

/** Each piece of work on a state of so many files, in a store that holds nothing else. */
export async function measureState(bench: Bench, count: number): Promise<readonly Figure[]> {
  const scratch = bench.folder();
  try {
    return await new StateTrial(bench, count, scratch).measure();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

class StateTrial {
  readonly #bench: Bench;
  readonly #count: number;
  readonly #scratch: string;
  readonly #opened: OpenedCache;
  #checkouts = 0;

  constructor(bench: Bench, count: number, scratch: string) {
    this.#bench = bench;
    this.#count = count;
    this.#scratch = scratch;
    this.#opened = openCache({ local: join(scratch, 'store'), mode: 'read-write' });
  }

  async measure(): Promise<readonly Figure[]> {
    const { rounds } = this.#bench;
    const place = await this.#checkout();
    const { state, stateDir, ms } = await this.#publishFirst(place);
    const figures = [
      { name: this.#named('first publish'), unit: 'ms' as const, samples: [ms] },
      ...(await alternate([this.#warm(place), this.#delta(place, state), this.#lookup(state)], rounds)),
      ...(await alternate([this.#restore(state, stateDir)], Math.min(rounds, maxRestores))),
    ];
    return figures;
  }

  #named(work: string): string {
    return ofFiles(work, this.#count);
  }

  /** One more checkout of the project, with no slot yet. */
  async #checkout(): Promise<RunPlace> {
    const root = join(this.#scratch, `checkout-${String(this.#checkouts++)}`);
    mkdirSync(root);
    return { root, layout: await layoutOf(this.#bench.project, this.#scratch), opened: this.#opened };
  }

  /** The run of a checker that leaves the whole state; measured after its end. */
  async #publishFirst(place: RunPlace): Promise<{ state: LargeState; stateDir: string; ms: number }> {
    const { layout } = place;
    using run = await RunWithoutChecker.start(place);
    const { stateDir } = run;
    await run.prepare();
    await run.besideChecker({ isLong: true });
    const corpus = await this.#bench.corpus();
    const isEnough = ({ paths }: LargeState) => paths.length >= this.#count;
    const state = writeLargeState({ corpus, layout, directory: stateDir, isEnough });
    this.#bench.say(`${String(state.paths.length)} files, ${(state.bytes / 1e6).toFixed(0)} MB`);
    const start = performance.now();
    const { files } = await run.afterChecker();
    const ms = performance.now() - start;
    expectEqual('files published', files, state.paths.length);
    return { state, stateDir, ms };
  }

  /** All of a run that finds everything as the last one left it, but for the checker. */
  #warm(place: RunPlace): Contestant {
    const perform = async () => {
      using run = await RunWithoutChecker.start(place);
      const { source } = await run.prepare();
      await run.besideChecker({ isLong: false });
      return { source, published: await run.afterChecker() };
    };
    const check = (outcome: unknown) => {
      const { source, published } = outcome as { source: Prepared['source']; published: Volume };
      expectEqual('source', source, 'slot');
      expectEqual('files published', published.files, 0);
    };
    return { name: this.#named('warm'), perform, check };
  }

  /** What is left to do when a checker has ended that wrote one file. */
  #delta(place: RunPlace, { paths }: LargeState): Contestant {
    const path = paths.find((each) => each.includes('.data.'))!;
    let run: RunWithoutChecker;
    return {
      name: this.#named('delta publish'),
      prepare: async () => {
        run = await RunWithoutChecker.start(place);
        await run.prepare();
        await run.besideChecker({ isLong: true });
        appendAsMypyDoes(join(run.stateDir, path));
      },
      perform: () => run.afterChecker(),
      check: (published) => {
        run[Symbol.dispose]();
        // The one that changed, and those that lie in a pack with it.
        const { files } = published as Volume;
        if (files < 1 || files > 100)
          throw new Error(`files published: ${String(files)}, for one that changed`);
      },
    };
  }

  /** Which snapshot there is, and all that its manifest says. */
  #lookup({ paths }: LargeState): Contestant {
    const cache = this.#opened.strict;
    const perform = async () => {
      const { candidates } = await findCandidates(cache, contextHash, namesToAsk);
      return await new SnapshotStore(cache).load(candidates[0]!.snapshot);
    };
    const check = (outcome: unknown) => {
      const loaded = outcome as LoadedSnapshot;
      const units = loaded.ok ? loaded.snapshot.units : [];
      const files = units.reduce((sum, unit) => sum + unit.files.length, 0);
      expectEqual('files listed', files, paths.length);
    };
    return { name: this.#named('lookup'), perform, check };
  }

  /** All that a run does before the checker in a checkout that has no slot. */
  #restore({ paths }: LargeState, source: string): Contestant {
    let place: RunPlace;
    let stateDir: string;
    const prepare = async () => {
      place = await this.#checkout();
    };
    const perform = async () => {
      using run = await RunWithoutChecker.start(place);
      stateDir = run.stateDir;
      return await run.prepare();
    };
    const check = (outcome: unknown) => {
      expectEqual('files restored', (outcome as Prepared).restored.files, paths.length);
      expectSameFiles(paths, source, stateDir);
      rmSync(place.root, { recursive: true });
    };
    return { name: this.#named('restore'), prepare, perform, check };
  }
}

/** Into a new file that is renamed to its place, never into the old one: ADR 16 counts on it. */
function appendAsMypyDoes(path: string): void {
  const written = `${path}.tmp`;
  writeFileSync(written, Buffer.concat([readFileSync(path), Buffer.from('\n')]));
  renameSync(written, path);
}

/** None but the last two are there. */
const namesToAsk: readonly RefName[] = [
  ...Array.from({ length: commits }, (_, i) => ({ by: 'commit' as const, commit: String(i) })),
  { by: 'worktree', project: projectName, worktree: 'elsewhere' },
  { by: 'project', project: projectName },
  { by: 'context' },
];

/** A hundred of them. */
export function expectSameFiles(paths: readonly string[], expected: string, actual: string): void {
  const step = Math.ceil(paths.length / 100);
  for (const path of paths.filter((_, i) => i % step === 0)) {
    const isSame = readFileSync(join(expected, path)).equals(readFileSync(join(actual, path)));
    if (!isSame) throw new Error(`${path} is not what was stored`);
  }
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, and not ${String(expected)}`);
}

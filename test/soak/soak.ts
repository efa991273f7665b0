import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadChecksum } from '@cleanmiss/core';
import { openCache } from '@cleanmiss/open-cache';
import { startRedis } from '@cleanmiss/redis-fixture';
import { PackedBlobs, SnapshotStore } from '@cleanmiss/snapshot';
import { check, cleanmiss, git, run, startCheck, TemporaryDirectory, type Ended } from '../support/index.js';
import { putsPerCycle, type LibraryReport } from './library-report.js';
import { branchesOf, cloneOf, command, makeProject, type SoakProject } from './projects.js';
import { randomFrom, type Random } from './random.js';

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Default: 16. */
  readonly workers?: number;
}

/** What happened, for people. */
export interface SoakFigures {
  runs: number;
  hits: number;
  partials: number;
  misses: number;
  killed: number;
  collections: number;
  verifications: number;
  uploads: number;
  puts: number;
  snapshots: number;
  warnings: string[];
  handles: string;
  rss: string;
}

/** Longest wait before a kill: about a run's time on a busy machine. */
const maxKillDelayMs = 1500;
const killsOf = 0.15;
const libraries = 2;

/**
 * So many processes at once, on one store, half of them with one Redis: checks in checkouts that switch branches, collections,
 * verifications, uploads, users of the library; some are killed. Rejects where an answer is wrong, something that was acknowledged
 * is lost, or memory or handles grow.
 */
export async function soak({ seconds, seed, workers = 16 }: SoakOptions): Promise<SoakFigures> {
  using place = new TemporaryDirectory();
  await using redis = await startRedis();
  const projects = [
    await makeProject(join(place.path, 'origins'), 'one'),
    await makeProject(join(place.path, 'origins'), 'two'),
  ];
  const store = join(place.path, 'store');
  const trial = new Trial({
    directory: place.path,
    store,
    remote: redis.url,
    projects,
    endMs: Date.now() + seconds * 1000,
  });
  const random = randomFrom(seed);
  const checkers = workers - libraries - 3;
  await Promise.all([
    ...Array.from({ length: checkers }, (_, i) => trial.keepChecking(i, randomFrom(seed + i + 1))),
    trial.keepCollecting(random),
    trial.keepVerifying(),
    trial.keepUploading(),
    ...Array.from({ length: libraries }, (_, i) => trial.useLibrary(`library-${i}`, seconds)),
  ]);
  await trial.assertNothingLost();
  return trial.figures;
}

interface TrialOptions {
  readonly directory: string;
  readonly store: string;
  readonly remote: string;
  readonly projects: readonly SoakProject[];
  readonly endMs: number;
}

class Trial {
  readonly figures: SoakFigures = {
    ...{ runs: 0, hits: 0, partials: 0, misses: 0, killed: 0, collections: 0, verifications: 0, uploads: 0 },
    ...{ puts: 0, snapshots: 0, warnings: [], handles: '', rss: '' },
  };
  readonly #options: TrialOptions;
  readonly #snapshots = new Set<string>();
  readonly #cycles = new Map<string, number>();

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** The first two share a checkout, and stay on its branch: two slots of one project at once. */
  async keepChecking(number: number, random: Random): Promise<void> {
    const { directory, projects, remote } = this.#options;
    const isShared = number < 2;
    const project = projects[isShared ? 0 : number % projects.length]!;
    const cwd = join(directory, isShared ? 'shared' : `checkout-${number}`);
    if (!existsSync(cwd)) cloneOf(project, cwd);
    const branches = isShared ? branchesOf(project).slice(0, 1) : branchesOf(project);
    const env = number % 2 === 0 ? { CLEANMISS_REMOTE: remote } : {};
    while (this.#goesOn()) {
      const branch = random.oneOf(branches);
      if (!isShared) git(cwd, 'checkout', '--quiet', branch);
      if (random.next() < killsOf) await this.#killOne(cwd, env, random);
      else await this.#checkOnce(cwd, env, project, branch);
    }
  }

  async keepCollecting(random: Random): Promise<void> {
    while (this.#goesOn()) {
      await this.#verb(['gc', ...random.oneOf([['--max-age', '1h'], ['--max-size', '10MB'], ['--dry-run']])]);
      this.figures.collections += 1;
    }
  }

  async keepVerifying(): Promise<void> {
    while (this.#goesOn()) {
      await this.#verb(['verify', '--no-repair']);
      this.figures.verifications += 1;
    }
  }

  async keepUploading(): Promise<void> {
    while (this.#goesOn()) {
      await this.#verb(['upload', '--remote', this.#options.remote]);
      await this.#verb(['stats']);
      this.figures.uploads += 1;
    }
  }

  /** One process for all of the time, whose memory and handles are to stay as they are. */
  async useLibrary(name: string, seconds: number): Promise<void> {
    const script = fileURLToPath(new URL('library-process.js', import.meta.url));
    const ended = await run([process.execPath, script, this.#options.store, name, String(seconds)], {
      timeoutMs: (seconds + 120) * 1000,
    });
    assert.deepEqual([ended.code, ended.stderr], [0, ''], name);
    const reports = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LibraryReport);
    assert.ok(reports.length > 0, `${name} has done nothing`);
    assert.deepEqual(
      reports.filter(({ wrong }) => wrong > 0),
      [],
      name,
    );
    this.#cycles.set(name, reports.length);
    this.figures.puts += reports.length * putsPerCycle;
    assertFlat(reports, this.figures);
  }

  /** Nothing was old enough to be collected: all of it has to be there. */
  async assertNothingLost(): Promise<void> {
    const { store } = this.#options;
    await this.#verb(['verify', '--no-repair']);
    const { cache, strict } = openCache({ local: store, mode: 'read' });
    for (const [name, cycles] of this.#cycles) {
      for (let cycle = 0; cycle < cycles; cycle++) {
        const keys = Array.from({ length: putsPerCycle }, (_, i) => [name, cycle, i]);
        const found = await cache.getMany(keys);
        const lost = found.filter((each, i) => {
          return !each.hit || Buffer.from(each.blobs.get('own')!).toString() !== `${name} ${cycle} ${i}`;
        });
        assert.deepEqual(lost, [], `acknowledged puts of ${name} in cycle ${cycle}`);
      }
    }
    const snapshots = new SnapshotStore(strict);
    for (const id of this.#snapshots) {
      const loaded = await snapshots.load(id);
      assert.ok(loaded.ok && loaded.snapshot.lost === undefined, `acknowledged snapshot ${id}`);
      const refs = loaded.snapshot.units.flatMap(({ files }) => files.flatMap((file) => file.refs));
      const packed = new PackedBlobs(strict.blobs, loaded.snapshot.packs, await loadChecksum());
      const results = await packed.getMany(refs);
      assert.ok(
        results.every(({ found }) => found),
        `content of snapshot ${id}`,
      );
    }
    this.figures.snapshots = this.#snapshots.size;
    const journals = readdirSync(store, { recursive: true, encoding: 'utf8' });
    const old = journals.filter((path) => path.includes('.gc-'));
    assert.deepEqual(old, [], 'a collection that ended has left nothing half done');
  }

  async #checkOnce(
    cwd: string,
    env: Readonly<Record<string, string>>,
    project: SoakProject,
    branch: string,
  ): Promise<void> {
    const { store } = this.#options;
    const { stdout, code, stderr, report } = await check(command, { cwd, store, env });
    assert.deepEqual(
      { stdout, code },
      project.answers.get(branch),
      `${branch} in ${cwd}: ${JSON.stringify(report)}`,
    );
    this.figures.runs += 1;
    this.figures[report.outcome === 'hit' ? 'hits' : report.outcome === 'partial' ? 'partials' : 'misses'] +=
      1;
    this.figures.warnings.push(...stderr.split('\n').filter((line) => line.startsWith('cleanmiss:')));
    if (report.published.snapshot !== null && report.degraded.length === 0)
      this.#snapshots.add(report.published.snapshot);
  }

  /** The moment is the point; nothing waits for it. */
  async #killOne(cwd: string, env: Readonly<Record<string, string>>, random: Random): Promise<void> {
    const running = startCheck(command, { cwd, store: this.#options.store, env });
    await new Promise((resolve) => setTimeout(resolve, random.next() * maxKillDelayMs));
    await running.killAll();
    this.figures.killed += 1;
  }

  async #verb(args: readonly string[]): Promise<Ended> {
    const { directory, store } = this.#options;
    // As this machine's own: in the beginning it may not be there yet.
    const env = { CLEANMISS_LOCAL: store };
    const ended = await cleanmiss([...args], { cwd: directory, env });
    assert.equal(ended.code, 0, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
    return ended;
  }

  #goesOn(): boolean {
    return Date.now() < this.#options.endMs;
  }
}

/** Of the second half no more than of the first, but for what a collector of garbage may be late by. */
const maxGrowthBytes = 32 * 1024 ** 2;

function assertFlat(reports: readonly LibraryReport[], figures: SoakFigures): void {
  const middle = Math.floor(reports.length / 2);
  const [first, second] = [reports.slice(Math.min(2, middle), middle), reports.slice(middle)];
  if (first.length === 0) return;
  const handles = [first, second].map((half) => median(half.map((report) => report.handles)));
  const rss = [first, second].map((half) => median(half.map(({ rssBytes }) => rssBytes)));
  assert.ok(handles[1]! <= handles[0]!, `handles: ${handles.join(', then ')}`);
  assert.ok(rss[1]! <= rss[0]! + maxGrowthBytes, `memory: ${rss.join(', then ')}`);
  figures.handles = handles.join(', then ');
  figures.rss = rss.map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`).join(', then ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Checked } from './cleanmiss.js';
import type { Published } from './fault-place.js';
import type { Trial } from './fault-trial.js';
import { repositoryRoot } from './repository-root.js';
import { findTools } from './tools.js';

/** Writes `docs/faults.md` from what was just tried. */
export async function writeFaultTable(trials: readonly Trial[], published: Published): Promise<void> {
  const path = join(repositoryRoot, 'docs', 'faults.md');
  const text = [introduction(published, trials), ours(trials), legend(trials), others, `${method}\n`].join(
    '\n\n',
  );
  mkdirSync(join(repositoryRoot, 'docs'), { recursive: true });
  const config = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...config, filepath: path }));
}

function introduction({ redisVersion }: Published, trials: readonly Trial[]): string {
  const { mypy } = findTools();
  const [cpu] = cpus();
  const machine = `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, Linux ${release()}`;
  return `# A remote that misbehaves

<!-- Written by test/remote-faults.test.ts: CLEANMISS_WRITE_DOCS=1 npm test -- remote-faults -->

Machine A checks a project and publishes its state to a Redis. Machine B (another path, other mtimes, an empty store, no slot) then
makes the same check while the Redis misbehaves: ${trials.length} faults, one at a time, each on a real \`redis-server\` that holds what
A has published, or on a proxy before it. Every check is run with \`--wait\`, as where \`CI\` is set, which is the slowest way: it also waits
for its own upload. The budget of a run is the default, 3 s.

In every row the exit code and the output are those of plain mypy, there is at most one line of warning, no wait is longer than the budget,
and machine B's store is whole afterwards; the test fails otherwise. Times are measured and not asserted: without a remote
this check takes ${seconds(mean(trials.flatMap(({ alone }) => alone?.meanMs ?? [])))}, cold.

Measured with cleanmiss on Node ${process.version}, Redis ${redisVersion}, mypy ${mypy.version}; ${machine}.`;
}

function ours(trials: readonly Trial[]): string {
  const head = ['fault', 'outcome', 'exit code', 'added time', 'second run', 'what was said'];
  return tableOf([head, ...trials.map(rowOf)]);
}

function rowOf({ fault, run, second, alone }: Trial): readonly string[] {
  return [
    fault.name,
    outcomeOf(run),
    String(run.code),
    alone === undefined ? '' : `${signed(run.durationMs - alone.meanMs)} (${waitOf(run)})`,
    `${outcomeOf(second)}, ${waitOf(second)}`,
    saidBy(run),
  ];
}

function outcomeOf({ report }: Checked): string {
  return report.reason === null ? report.outcome : `${report.outcome} (${report.reason})`;
}

function waitOf({ report }: Checked): string {
  const { remoteWaitMs } = report.timings;
  return remoteWaitMs === 0 ? 'asked nothing' : `waited ${remoteWaitMs.toFixed(0)} ms`;
}

/** Of our one line what differs; ports are other ones each time. */
function saidBy({ stderr }: Checked): string {
  const [, said] =
    /^cleanmiss: the cache is out of order \((.*)\); the check goes on without it$/m.exec(stderr) ?? [];
  return said === undefined ? 'nothing' : said.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll('|', '\\|');
}

function signed(ms: number): string {
  if (Math.abs(ms) < 50) return '0.0 s';
  return `${ms < 0 ? '-' : '+'}${seconds(Math.abs(ms))}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function legend(trials: readonly Trial[]): string {
  const peak = Math.max(...trials.map(({ peakBytes }) => peakBytes));
  const usual = Math.min(...trials.map(({ peakBytes }) => peakBytes));
  const apart = mean(trials.flatMap(({ alone }) => alone?.apartMs ?? []));
  const repaired = trials.filter(({ third }) => third).length;
  return `- _outcome_: \`hit\`: mypy started from what A had published. \`partial\`: from the part of it that was whole. \`miss\`: cold,
  also where what was damaged is something that the rest must not be used without: which blobs are struck differs from one time to the next.
- _added time_: against the mean of the same run without a remote, made right before and right after; those two were ${seconds(apart)} apart on
  average, and so far do these figures scatter. In brackets what the run itself counted as waiting for the remote, upload included: this is what the
  budget bounds, and what the test asserts.
- _second run_: another checkout on machine B, right after the first, within the pause that an outage begins with. It finds in B's own store
  what the first run left there. An outage is known to it: it asks nothing, and is not made to wait for an upload either.
- _what was said_: of the line \`cleanmiss: the cache is out of order (...); the check goes on without it\` what stands for the dots; the
  report has it under \`degraded\`. Damage is not said: it is a miss, and \`reason\` in the report.

In the first ${repaired} rows B's run repairs the remote: when it has uploaded, a machine C that has nothing yet is a \`hit\`, asserted
in each of them. The most memory that any process of ours held was ${megabytes(peak)} (${megabytes(usual)} is usual), in the row of the 2 GB.`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

const others = `## Other caches, for comparison

One stored task, the local cache wiped, the remote made to misbehave. Source: what was measured for this project before it was
begun, in its notes on remote caches (\`facts/remote-caches.md\`), with the versions in the head. \`-\`: no figure.

${tableOf([
  [
    'remote does',
    'turbo 2.11',
    'turbo 2.11, signed',
    'nx 24',
    'moon 2.5',
    'Bazel 2.1, HTTP',
    'ccache 4.7, HTTP',
  ],
  [
    'one byte flipped',
    'hit, wrong file, copied to the local cache',
    'miss',
    'hit, wrong file',
    'miss, repairs',
    'miss, repairs',
    'recompiles, counts a hit',
  ],
  ['truncated body', 'miss', 'miss', 'exit 1', 'miss', 'miss', 'recompiles'],
  ['meta there, blob gone', '-', '-', '-', 'clean miss, repairs', 'clean miss, repairs', '-'],
  ['500', '-', 'miss, +2.8 s', 'exit 1', 'disabled, exit 0', 'exit 0', 'exit 0'],
  ['connection refused', '+0.5 s', '+0.5 s', 'exit 1', '-', '-', 'exit 0'],
  [
    'accepts, never answers',
    '+90 s on a 0.2 s task',
    '+90 s on a 0.2 s task',
    'no exit in 240 s',
    'no exit in 120 s',
    '> 300 s',
    '+10 s per process, not remembered',
  ],
])}`;

const method = `## How each fault is made

- Damage is done inside the Redis by a script, to values that A has published, before B starts. _A twentieth of the blobs_ is every twentieth
  one by name; _of the same length_: with a header as it should be, so that only SHA-256 can tell.
- FLUSHALL, SIGSTOP and eviction come at an exact moment: a proxy does them before it hands on B's request for the manifest, or for the first of the blobs.
  While another team fills the server, it goes on doing so until the row is over.
- Error replies come from a real server where that can be had (\`rename-command GET ""\`, a user of an ACL, \`REPLICAOF\` a host that is gone,
  \`maxmemory\`), \`-LOADING\` and what is no Redis at all from a proxy; so do silence, resets, slowness and the 2 GB.`;

/** Prettier lines it up. */
function tableOf([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n');
}

import { truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Child } from './child.js';
import { blobFrom, openFixture, type StoreFixture } from './store-fixture.js';
import {
  entriesPerEpoch,
  harmOf,
  preparedContent,
  preparedPerEpoch,
  victimOf,
  victimsPerEpoch,
  writers,
  type EntryName,
} from './upkeep-entries.js';
import type { UpkeepPass } from './upkeep-process.js';
import type { Expected, Victim } from './upkeep-reader.js';

export interface TrialOptions {
  readonly epochs: number;
  readonly graceMs: number;
}

export interface TrialFigures {
  readonly acknowledged: number;
  /** Puts that took longer than the grace period protects: nothing is promised of them. */
  readonly slow: number;
  readonly failures: readonly string[];
  readonly gcPasses: number;
  readonly verifyPasses: number;
  readonly removed: number;
  readonly quarantined: number;
  /** Entries that were damaged on purpose, and those of them that were put again. */
  readonly victims: number;
  readonly putAgain: number;
  /** What a new process said of what was acknowledged. */
  readonly lost: readonly string[];
  readonly wrong: readonly string[];
}

const longestPutMs = 1500;

/**
 * Writers beside two processes that collect and two that verify, all in loops, on one store. Writers go on together from epoch to
 * epoch; before each, the contents that they are about to put are made what gc and verify want to take: old, unnamed, damaged.
 */
export async function runTrial(t: TestContext, { epochs, graceMs }: TrialOptions): Promise<TrialFigures> {
  const store = openFixture(t);
  const upkeepOf = (kind: string) =>
    new Child(t, 'upkeep-process.js', [store.directory, kind, String(graceMs)]);
  const [collectors, verifiers] = ['gc', 'verify'].map((kind) => [upkeepOf(kind), upkeepOf(kind)]);
  const writing = Array.from(
    { length: writers },
    (_, writer) => new Child(t, 'upkeep-writer.js', [store.directory, String(writer), String(longestPutMs)]),
  );
  const all = [...writing, ...collectors!, ...verifiers!];
  const victims: Victim[] = [];
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      await prepare(store, epoch);
      for (const writer of writing) writer.tell(String(epoch));
      victims.push(...(await strikeVictims(store, epoch)));
      await Promise.all(writing.map((writer) => writer.said((epoch + 1) * entriesPerEpoch)));
    }
    await end(all);
  } finally {
    // Before the store is removed, which they would fill again.
    await Promise.all(all.map((child) => child.kill()));
  }
  const acknowledged = writing.flatMap((child, writer) => acknowledgedBy(child, writer));
  const [gcPasses, verifyPasses] = [passesOf(collectors!), passesOf(verifiers!)];
  const said = await read(t, store, { acknowledged, victims });
  return {
    acknowledged: acknowledged.length,
    slow: linesOf(writing, 'slow').length,
    failures: linesOf(writing, 'failed'),
    gcPasses: gcPasses.length,
    verifyPasses: verifyPasses.length,
    removed: gcPasses.reduce((sum, { removed }) => sum + removed, 0),
    quarantined: verifyPasses.reduce((sum, { quarantined }) => sum + quarantined, 0),
    victims: victims.length,
    putAgain: victims.filter(({ isDamaged }) => !isDamaged).length,
    lost: said.filter((line) => line.startsWith('lost')),
    wrong: said.filter((line) => line.startsWith('wrong')),
  };
}

/** Once put, no longer named, and as if nobody had touched them since 1970. */
async function prepare(store: StoreFixture, epoch: number): Promise<void> {
  const contents = Array.from({ length: preparedPerEpoch }, (_, i) => preparedContent(epoch, i));
  await store.cache.put({ key: { prepared: epoch }, blobs: Object.fromEntries(contents.entries()) });
  await store.cache.delete({ prepared: epoch });
  for (const [i, content] of contents.entries()) {
    const path = store.pathOf(blobFrom(content));
    attempt(() => {
      if (harmOf(i) === 'a byte changed') writeFileSync(path, 'X', { flag: 'r+' });
      if (harmOf(i) === 'cut off') truncateSync(path, 100);
      utimesSync(path, 1, 1);
    });
  }
}

/** Half of them are put again after they were damaged: those are promised, like all that was put. */
async function strikeVictims(store: StoreFixture, epoch: number): Promise<readonly Victim[]> {
  const victims: Victim[] = [];
  for (let v = 0; v < victimsPerEpoch; v++) {
    const entry = victimOf(epoch, v);
    await store.cache.put(entry);
    const path = store.pathOf(blobFrom(entry.blobs['data'] as Uint8Array));
    attempt(() => {
      writeFileSync(path, 'X', { flag: 'r+' });
    });
    const isDamaged = v % 2 === 0;
    if (!isDamaged) await store.cache.put(entry);
    victims.push({ epoch, v, isDamaged });
  }
  return victims;
}

/** They may have taken it already. */
function attempt(harm: () => void): void {
  try {
    harm();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function end(children: readonly Child[]): Promise<void> {
  for (const child of children) child.endInput();
  const codes = await Promise.all(children.map((child) => child.ended()));
  if (codes.some((code) => code !== 0))
    throw new Error(`processes of the trial ended with ${codes.join(', ')}`);
}

function acknowledgedBy({ lines }: Child, writer: number): readonly EntryName[] {
  return lines.flatMap((line) => {
    const [, epoch, n] = /^put (\d+) (\d+)$/.exec(line) ?? [];
    return n === undefined ? [] : [{ epoch: Number(epoch), writer, n: Number(n) }];
  });
}

function passesOf(children: readonly Child[]): readonly UpkeepPass[] {
  return children.flatMap(({ lines }) => lines.map((line) => JSON.parse(line) as UpkeepPass));
}

function linesOf(children: readonly Child[], beginning: string): readonly string[] {
  return children.flatMap(({ lines }) => lines.filter((line) => line.startsWith(beginning)));
}

async function read(t: TestContext, store: StoreFixture, expected: Expected): Promise<readonly string[]> {
  const path = join(store.directory, 'expected.json');
  writeFileSync(path, JSON.stringify(expected));
  const reader = new Child(t, 'upkeep-reader.js', [store.directory, path]);
  await end([reader]);
  return reader.lines;
}

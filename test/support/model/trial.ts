import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { emptyDisk, readDisk, type Disk } from './disk.js';
import type { Operation } from './operations.js';
import type { SecondProcess } from './second-process.js';
import { StoreProcess, type Outcome } from './store-process.js';
import type { Universe } from './universe.js';
import { judgeDone, judgeKilled, judgeMeanwhile, type Change } from './verdict.js';

/** What a store is known to hold, and what time it is there. */
export interface Model {
  disk: Disk;
  now: number;
}

/** No file system keeps times of before. In whole seconds, which a double holds exactly. */
export function newModel(): Model {
  return { disk: emptyDisk, now: Date.UTC(2001, 0, 1) };
}

export type ProcessName = 'first' | 'second';

export interface Kill {
  readonly at: number;
  readonly torn: boolean;
}

export interface Damage {
  readonly which: number;
  readonly how: 'flip' | 'cut';
  readonly where: number;
}

export interface TrialOptions {
  readonly universe: Universe;
  readonly second: SecondProcess;
  readonly mutant?: string | undefined;
}

/** A real store, in a directory of its own, and two processes that use it. After each step the disk is looked at. */
export class Trial implements Disposable {
  readonly #options: TrialOptions;
  readonly #directory: string;
  readonly #first: StoreProcess;

  constructor(options: TrialOptions) {
    const { universe, second, mutant } = options;
    this.#options = options;
    this.#directory = mkdtempSync(join(universe.scratch, 'store-'));
    this.#first = new StoreProcess({ directory: this.#directory, name: 'first', universe, mutant });
    second.open(this.#directory, mutant);
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** One operation, alone. Maybe it is killed on its way. */
  async alone(
    process: ProcessName,
    operation: Operation,
    kill: Kill | undefined,
    model: Model,
  ): Promise<void> {
    const outcome = await this.#perform(process, operation, kill, model);
    const change = this.#look(model);
    if (outcome.kind === 'killed') judgeKilled(operation, change);
    else {
      judgeDone(operation, outcome.answer, change);
      assert.equal(outcome.openFiles, 0, 'files are left open');
    }
  }

  /** The second process performs `inner` between two calls of the first to the file system. */
  async meanwhile(
    outer: Operation,
    { at, inner }: { readonly at: number; readonly inner: Operation },
    kill: Kill | undefined,
    model: Model,
  ): Promise<void> {
    let answered: Outcome | undefined;
    const plan = {
      pauseAt: at,
      meanwhile: () => (answered = this.#options.second.perform(inner, model.now)),
      killAt: kill && at + kill.at,
      torn: kill?.torn,
    };
    const outcome = await this.#first.perform(outer, model.now, plan);
    const change = this.#look(model);
    const answerOf = (each: Outcome) => (each.kind === 'done' ? each.answer : undefined);
    if (answered) {
      const [one, other] = [answerOf(outcome), answerOf(answered)];
      judgeMeanwhile({ operation: outer, answer: one }, { operation: inner, answer: other }, change);
    } else if (outcome.kind === 'killed') judgeKilled(outer, change);
    else judgeDone(outer, outcome.answer, change);
  }

  restart(process: ProcessName): void {
    if (process === 'first') this.#first.restart();
    else this.#options.second.restart();
  }

  /** A bad disk: of the files there are, one has another content, and the time that it had. */
  damage({ which, how, where }: Damage, model: Model): void {
    const paths = this.#paths(model.disk);
    const path = paths[which % paths.length];
    if (path === undefined || !existsSync(path)) return;
    const bytes = readFileSync(path);
    const { mtimeMs } = statSync(path);
    writeFileSync(path, how === 'flip' ? flipped(bytes, where) : cut(bytes, where));
    utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
    this.#look(model);
  }

  #perform(
    process: ProcessName,
    operation: Operation,
    kill: Kill | undefined,
    { now }: Model,
  ): Promise<Outcome> | Outcome {
    const plan = { killAt: kill?.at, torn: kill?.torn };
    return process === 'first'
      ? this.#first.perform(operation, now, plan)
      : this.#options.second.perform(operation, now, plan);
  }

  #look(model: Model): Change {
    const { universe } = this.#options;
    const before = model.disk;
    model.disk = readDisk(this.#directory, universe);
    return { before, after: model.disk, now: model.now, universe };
  }

  #paths({ keys, blobs }: Disk): readonly string[] {
    const root = join(this.#directory, 'v1');
    const under = (folder: string, name: string) => join(root, folder, name.slice(0, 2), name.slice(2));
    return [
      join(root, 'store.json'),
      ...[...keys.keys()].map((name) => under('metas', name)),
      ...[...blobs.keys()].map((name) => under('blobs', name)),
    ];
  }
}

function flipped(bytes: Buffer, where: number): Buffer {
  if (bytes.length === 0) return Buffer.from('!');
  const changed = Buffer.from(bytes);
  const at = where % bytes.length;
  changed[at] = changed[at]! ^ 1;
  return changed;
}

/** Also to a longer one. */
function cut(bytes: Buffer, where: number): Buffer {
  const length = where % (bytes.length + 1);
  return length === bytes.length
    ? Buffer.concat([bytes, bytes, Buffer.from('!')])
    : bytes.subarray(0, length);
}

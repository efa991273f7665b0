import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import type { CheckerProfile, SlotRun } from '@cleanmiss/checkers';
import { keyHashOf, type CacheResult, type JsonObject, type Key, type Origin } from '@cleanmiss/core';
import type { ReplayRule } from '@cleanmiss/open-cache';
import { aboutOf } from '../context-hash.js';
import type { RunRequest } from '../request.js';
import { decodePieces, encodePieces, OutputRecord, type OutputPiece } from './output-record.js';
import { readInputs, type ReplayInputs } from './replay-inputs.js';
import { ReplayMemory } from './replay-memory.js';
import { whatChanged } from './what-changed.js';

/** Raised when the answers of one cleanmiss would not do for the next. */
const answerFormat = 1;

/** What a check said once, and the code it ended with. */
export interface Answer {
  readonly pieces: readonly OutputPiece[];
  readonly exitCode: number;
}

export interface ReplayOptions {
  readonly request: RunRequest;
  readonly profile: CheckerProfile;
  readonly plan: SlotRun;
  readonly rule: ReplayRule;
}

/** Looks for the answer of an identical check before the checker is started, and keeps that of this one after it has ended. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #memory: ReplayMemory;
  #inputs: ReplayInputs | undefined;
  #record: OutputRecord | undefined;
  /** Why there was no answer, a clause; `null` as long as that has not been found. */
  why: string | null = null;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#memory = new ReplayMemory(options.request.root);
  }

  /** To be filled with what the checker says, where that is of use. */
  get record(): OutputRecord | undefined {
    return this.#record;
  }

  async look(): Promise<Answer | undefined> {
    const found = await this.#find();
    if (typeof found !== 'string') return found;
    this.why = found;
    return undefined;
  }

  /** Or a clause that says why not. */
  async #find(): Promise<Answer | string> {
    const { plan, profile, request, rule } = this.#options;
    if (plan.writesFiles)
      return `${profile.name} may write files in this run, which an answer would leave unwritten`;
    // With its colours, its width, its progress: what it says there is not what it says in a file.
    if (process.stdout.isTTY || process.stderr.isTTY) return 'the output goes to a terminal';
    const inputs = await readInputs(request, profile, plan, rule);
    if (typeof inputs === 'string') return inputs;
    const before = this.#memory.recall(profile.name);
    this.#memory.remember(inputs);
    this.#inputs = inputs;
    this.#record = new OutputRecord();
    const answer = this.#fromStore(await request.opened.strict.getMany(this.#keys()));
    if (answer) return answer;
    const changed = before && whatChanged(before, this.#inputs);
    if (changed !== undefined) return changed;
    return before ? 'the store holds no answer for these inputs' : 'it was not asked here before';
  }

  /** After a normal end. Nothing is kept of a check whose inputs were changed while it ran, nor of one that was not seen whole. */
  async keep(exitCode: number | null, origins: readonly Origin[]): Promise<void> {
    const { plan, profile, request, rule } = this.#options;
    const pieces = this.#record?.pieces();
    if (!pieces || exitCode === null || request.config.mode !== 'read-write') return;
    if (!rule.exitCodes.includes(exitCode)) return;
    const now = await readInputs(request, profile, plan, rule);
    if (typeof now === 'string' || keyHashOf(now) !== keyHashOf(this.#inputs!)) return;
    const output = encodePieces(pieces);
    const isPlaced = placesOf(request.root, request.cwd, homedir()).some((place) =>
      Buffer.from(output).includes(place),
    );
    const [everywhere, here] = this.#keys();
    const attributes: JsonObject = { ...aboutOf(profile, plan), exitCode };
    const entry = { key: isPlaced ? here! : everywhere!, blobs: { output }, attributes, origins };
    await request.opened.strict.put({ ...entry, localOnly: isPlaced });
  }

  /** True everywhere; true at this place alone, as it is named in the output. */
  #keys(): readonly Key[] {
    const inputs = keyHashOf(this.#inputs!);
    const key = { type: 'answer', format: answerFormat, inputs };
    return [key, { ...key, place: keyHashOf({ place: realPathOf(this.#options.request.root) }) }];
  }

  #fromStore(results: readonly CacheResult[]): Answer | undefined {
    for (const result of results) {
      const answer = result.hit ? answerIn(result) : undefined;
      if (answer && this.#options.rule.exitCodes.includes(answer.exitCode)) return answer;
    }
    return undefined;
  }
}

function answerIn({ meta, blobs }: Extract<CacheResult, { hit: true }>): Answer | undefined {
  const { exitCode } = meta.attributes;
  const output = blobs.get('output');
  const pieces = output && decodePieces(output);
  return pieces && typeof exitCode === 'number' ? { pieces, exitCode } : undefined;
}

/** As outputs name folders of this machine: as it was entered, with links resolved, and in JSON. */
function placesOf(...folders: readonly string[]): readonly string[] {
  const places = folders.flatMap((folder) => [folder, realPathOf(folder)]);
  const slashed = places.map((place) => place.replaceAll('\\', '/'));
  const escaped = places.map((place) => JSON.stringify(place).slice(1, -1));
  const encoded = slashed.map((place) => encodeURI(place));
  return [...places, ...slashed, ...escaped, ...encoded].filter((place) => place.length > 1);
}

function realPathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

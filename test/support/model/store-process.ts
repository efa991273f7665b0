import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { openFsStore, type FileSystem } from '@cleanmiss/fs-backend';
import { KillableFiles, type CallPlan } from './killable-files.js';
import { mutants, type StoreParts } from './mutants.js';
import { perform, type Answer, type Operation } from './operations.js';
import type { Universe } from './universe.js';

export type Outcome =
  | { readonly kind: 'killed' }
  /** `openFiles`: that it has left open. */
  | { readonly kind: 'done'; readonly answer: Answer; readonly openFiles: number };

export interface StoreProcessOptions {
  readonly directory: string;
  /** No other process has it. */
  readonly name: string;
  readonly universe: Universe;
  /** A mistake to make (see `mutants.ts`). Default: none. */
  readonly mutant?: string | undefined;
}

/** What one process has of a store: its own objects, and with them all that they remember. */
export class StoreProcess {
  readonly #options: StoreProcessOptions;
  #now = 0;
  #starts = 0;
  #files!: KillableFiles;
  #parts!: StoreParts;

  constructor(options: StoreProcessOptions) {
    this.#options = options;
    this.restart();
  }

  /** Another process in its place. */
  restart(): void {
    const { directory, name, mutant } = this.#options;
    this.#starts += 1;
    const now = () => this.#now;
    const [clock, start] = [{ now }, this.#starts];
    this.#files = new KillableFiles(now);
    let ids = 0;
    const newId = () => `${name}-${start}-${ids++}`;
    const { fs } = this.#files;
    const open = (over: Partial<FileSystem>) =>
      openFsStore({ directory, fs: { ...fs, ...over }, clock, newId });
    this.#parts = { ...open({}), fs, clock, directory, open, cacheOver };
    if (mutant !== undefined) this.#parts = { ...this.#parts, ...mutants[mutant]!(this.#parts) };
  }

  async perform(operation: Operation, now: number, plan: CallPlan = {}): Promise<Outcome> {
    this.#now = now;
    this.#files.begin(plan);
    const { universe } = this.#options;
    try {
      const cache = this.#parts.cacheOver(this.#parts);
      const answer = await perform(operation, { cache, maintenance: this.#parts.maintenance }, universe);
      if (!this.#files.isKilled) return { kind: 'done', answer, openFiles: this.#files.openFiles };
    } catch (error) {
      if (!this.#files.isKilled) throw error;
    }
    this.#files.closeAll();
    this.restart();
    return { kind: 'killed' };
  }
}

function cacheOver({ blobs, metas, clock }: Pick<StoreParts, 'blobs' | 'metas' | 'clock'>): StoredCache {
  return new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, clock, writer: 'model' });
}

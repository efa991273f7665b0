import type { MissReason } from '@cleanmiss/core';
import type { UntrustedCounts } from './untrusted.js';

/** Why there was no complete state to start from. */
export type RunReason =
  | MissReason
  /** The checker broke down on the state it was given; that was set aside and the check run again, cold. */
  | 'crashed'
  /** The command was run as it is; `notice` says why. */
  | 'passed-through';

export interface Timings {
  /** From the start of the process to the start of the run: Node and our own modules. */
  readonly bootMs: number;
  /** Recognising the checker and its version. */
  readonly planMs: number;
  /** Leasing a slot, choosing a snapshot, bringing the slot to it. */
  readonly restoreMs: number;
  readonly checkerMs: number;
  /** Looking for what changed. */
  readonly captureMs: number;
  /** Storing it. */
  readonly publishMs: number;
  /** Of all this, waiting for remotes: never more than the budget. */
  readonly remoteWaitMs: number;
  /** All but the checker. */
  readonly overheadMs: number;
}

/** What one run did: the document of `--report`. Sizes in bytes. */
export interface RunReport {
  /** `hit`: the checker started from a whole snapshot. `partial`: some of its units were lost. `miss`: it started cold. */
  readonly outcome: 'hit' | 'partial' | 'miss';
  /** `null` for a hit. */
  readonly reason: RunReason | null;
  /** The snapshot that the checker started from. */
  readonly snapshot: string | null;
  /** Where that was found: `slot`, or the kind of the ref. `answer`: the checker was not started, its answer to an identical check was given. */
  readonly source: 'answer' | 'slot' | 'commit' | 'branch' | 'worktree' | 'project' | 'context' | null;
  /** `null` where the configuration declares no inputs for this checker. */
  readonly replay: ReplayReport | null;
  /** For people: why the command was passed through, or what was healed. */
  readonly notice: string | null;
  readonly checker: {
    readonly name: string | null;
    readonly version: string | null;
    /** Names the hard context of its states; `null` where the command was passed through. */
    readonly context: string | null;
    /** `null` where a signal ended it. */
    readonly exitCode: number | null;
    readonly signal: string | null;
  };
  readonly restored: Volume;
  readonly published: Volume & { readonly snapshot: string | null };
  readonly timings: Timings;
  /** Records that were found and not trusted, counted by why. */
  readonly untrusted: UntrustedCounts;
  /** What went wrong in the cache, one clause each; the check went on without it. */
  readonly degraded: readonly string[];
}

export interface ReplayReport {
  /** The answer of an identical check was given in place of this one. */
  readonly answered: boolean;
  /** Why not, a clause for people. */
  readonly why: string | null;
}

export interface Volume {
  readonly files: number;
  readonly bytes: number;
  /** Of these, over the network. */
  readonly remoteBytes: number;
}

export const nothing: Volume = { files: 0, bytes: 0, remoteBytes: 0 };

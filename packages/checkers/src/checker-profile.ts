import type { JsonObject } from '@cleanmiss/core';
import type { StateLayout } from '@cleanmiss/snapshot';
import type { VersionMemory } from './version-memory.js';

/** A command as the user typed it, and where. */
export interface Invocation {
  /** The program and its arguments. Not empty. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The project root: absolute, `cwd` is in it. */
  readonly root: string;
  /** What earlier runs learned of executables, so that a warm run starts nothing but the checker. */
  readonly versions: VersionMemory;
}

/** How the checker process ended. */
export interface CheckerExit {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last 64 KiB of its standard error; empty where that was not watched. */
  readonly stderrTail: string;
}

export type ExitMeaning =
  /** The state it left is good: publish it. */
  | 'normal'
  /** It stopped early (bad usage, a syntax error, Ctrl-C): its answer stands, its state is not published. */
  | 'incomplete'
  /** It broke down: if it ran on a restored state, that may be why. */
  | 'crash'
  /** It cannot work with a state at all in this project, and has answered nothing but that: it is run again without. */
  | 'refused';

/** The checker is not to be redirected: run the command as it is, and say why. */
export interface PassThrough {
  readonly kind: 'pass-through';
  /** One clause for people, without a full stop. */
  readonly why: string;
}

/** The command and the additions to its environment. */
export interface Directed {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface SlotRun {
  readonly kind: 'slot-run';
  /** `unknown` where a nested checker's version cannot be told. */
  readonly version: string;
  /**
   * The hard part of the context: with any member different, a state is useless or unsafe. Holds no absolute path, so
   * that two checkouts share.
   */
  readonly context: JsonObject;
  readonly layout: StateLayout;
  /** Makes the checker keep its state in `stateDir` (absolute). */
  direct(stateDir: string): Directed;
  /** Makes it keep no state at all: where there is no slot to be had, or its disk is full. */
  stateless(): Directed;
  /**
   * For a checker whose own files hold what is only true here (absolute paths, times): before it starts, makes those of the
   * files of the layout, which are true everywhere. The layout takes no note of the former; both lie in one folder of
   * `stateDir`, which may hold nothing yet, or what an earlier run has left. Left out: it reads the files of the layout itself.
   */
  enter?(stateDir: string): void | Promise<void>;
  /** The way back, after a `normal` end. What cannot be made true everywhere must be left out. */
  leave?(stateDir: string): void | Promise<void>;
  /**
   * Is the checker's standard error to be led through us, so that a crash can be told from an ordinary failure?
   * Standard output is always the user's own.
   */
  readonly watchStderr: boolean;
  /**
   * Does what it says there decide what its state is worth? Then nothing is stored where we do not start it ourselves. Default: no.
   */
  readonly learnsFromStderr?: boolean;
  /**
   * Added to the environment where standard output and standard error are both the user's terminal and the latter is led
   * through us: the checker sees a pipe there and would otherwise leave out its colours. Nothing where left out.
   */
  readonly ttyEnv?: Readonly<Record<string, string>>;
  /** It may write files beside its state, which an answer from the store would leave unwritten. Default: no. */
  readonly writesFiles?: boolean;
  meaningOf(exit: CheckerExit): ExitMeaning;
  /** What the checker would have answered on no state, where it is its code that tells. Left out: the same. */
  codeOf?(code: number): number;
}

export type CheckerPlan = PassThrough | SlotRun;

/** What cleanmiss knows of one checker. */
export interface CheckerProfile {
  readonly name: string;
  /** Does this command start the checker itself (`mypy`, `python -m mypy`)? */
  recognises(command: readonly string[]): boolean;
  /** For a command that `recognises` accepts. */
  plan(invocation: Invocation): Promise<CheckerPlan>;
  /** For any other command, said by the user to start the checker somewhere inside (`make lint`, `pre-commit run`). */
  planNested(invocation: Invocation): Promise<CheckerPlan>;
}

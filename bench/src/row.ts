import type { MypyAlone } from './checking/mypy-alone.js';
import type { CheckedProject } from './corpus/checked-project.js';
import type { Corpus } from './corpus/corpus.js';

/** One line of the table in `docs/performance.md`: some work, done by us and by others. */
export interface Row {
  readonly number: number;
  readonly work: string;
  measure(bench: Bench): Promise<RowResult>;
}

/** What a row is given. */
export interface Bench {
  /** Just large enough to show that the row works: what it measures then says little. */
  readonly isSmall: boolean;
  /** How often each contestant is measured, after one time that is not counted. */
  readonly rounds: number;
  /** Real code, with the mypy that checks it. */
  readonly project: CheckedProject;
  /** The state that this mypy leaves of it; made once. */
  corpus(): Promise<Corpus>;
  /** What it says and needs by itself, cold and warm; made once. */
  mypyAlone(): Promise<MypyAlone>;
  /** A Node of a newer series than the one that runs this, where there is one. */
  readonly newerNode: string | undefined;
  /** A new, empty folder, gone at the end. */
  folder(): string;
  /** Is told to the person who waits. */
  say(text: string): void;
}

export interface RowResult {
  readonly figures: readonly Figure[];
  readonly goals: readonly Goal[];
  /** What a reader should know besides, a sentence each. */
  readonly notes?: readonly string[];
}

export type Unit = 'ms' | 'MB' | 'bytes' | 'per second';

/** What one contestant needed, once per round. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
}

export interface Goal {
  /** For instance "cacache / cleanmiss". */
  readonly what: string;
  readonly figure: number;
  readonly limit: number;
  /** Which side of the limit is good. */
  readonly wanted: 'at least' | 'at most';
}

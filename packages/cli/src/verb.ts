import type { ParseArgsConfig } from 'node:util';
import type { Terminal } from './terminal.js';
import { shown } from './text.js';

export type OptionSpecs = NonNullable<ParseArgsConfig['options']>;

/** An option as the help shows it. */
export interface OptionHelp {
  /** `--local DIR`. */
  readonly usage: string;
  readonly about: string;
}

export interface VerbInput {
  /** Values of the options that were given, by name. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** What is neither an option nor the value of one; for a verb that takes a command, the command. */
  readonly operands: readonly string[];
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
}

/** One word of the command line. */
export interface Verb {
  readonly name: string;
  readonly about: string;
  /** The line after `cleanmiss`. */
  readonly usage: string;
  readonly options: OptionSpecs;
  readonly optionHelp: readonly OptionHelp[];
  /** The operands are a command with options of its own: the first operand ends ours. */
  readonly takesCommand: boolean;
  /** The exit code of what went wrong in cleanmiss itself. */
  readonly failureCode: number;
  run(input: VerbInput): Promise<number>;
}

/** The user asked for something that cannot be: one sentence that says what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws {UsageError} */
export function refuseOperands([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`${shown(first)} is not expected here`);
}

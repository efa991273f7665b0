import { writeSync } from 'node:fs';
import { KillingSteps, type Kill } from './layer/killing-steps.js';
import { patchMutant, type Mutant } from './layer/mutants.js';
import { patchFileSystem } from './layer/patch.js';
import { RecordingSteps } from './layer/recording-steps.js';
import type { Step } from './layer/steps.js';
import type { Operation } from './operation.js';

export interface Order {
  readonly operation: string;
  readonly sandbox: string;
  /** `undefined`: it is left alone, and says which steps it took. */
  readonly kill?: Kill;
  readonly mutant?: Mutant;
}

/** What a child says, a line each. */
export type Word =
  { readonly told: string } | { readonly killed: Step } | { readonly ended: readonly Step[] };

/** The main program of a child. Its one argument is its order. */
export async function runChild(operations: readonly Operation[]): Promise<void> {
  const { operation, sandbox, kill, mutant } = JSON.parse(process.argv[2] ?? '{}') as Order;
  // Not through a stream: whoever is killed now has said it.
  const say = (word: Word) => void writeSync(1, `${JSON.stringify(word)}\n`);
  const recording = new RecordingSteps(sandbox);
  patchFileSystem(sandbox, kill ? new KillingSteps(kill, (step) => say({ killed: step })) : recording);
  if (mutant) patchMutant(mutant);
  const chosen = operations.find(({ name }) => name === operation)!;
  await chosen.perform(sandbox, (what) => say({ told: what }));
  if (!kill) recording.expectNothingUnseen('the end');
  say({ ended: recording.taken });
}

import { Worker } from 'node:worker_threads';
import type { UnitState } from '@cleanmiss/snapshot';
import { isMistakenForItsSource } from './mistaken-sources.js';
import type { SourcePlace } from './mypy-facts.js';

/** A worker takes 35 ms to start, in which so many sources can be looked at and hashed. */
const minUnitsForWorker = 500;

export type SourceUnit = Pick<UnitState, 'name' | 'facts'>;

export interface Question {
  readonly units: readonly SourceUnit[];
  readonly place: SourcePlace;
}

/**
 * The units that mypy would mistake for those of the sources here. Of many, beside what the caller does meanwhile: to hash the
 * sources of a few thousand modules takes as long as to fetch their state.
 */
export async function mistakenUnits(question: Question): Promise<ReadonlySet<string>> {
  const isLong = question.units.length >= minUnitsForWorker;
  return new Set((isLong ? await askWorker(question) : undefined) ?? mistakenUnitsNow(question));
}

export function mistakenUnitsNow({ units, place }: Question): readonly string[] {
  return units.filter(({ facts }) => isMistakenForItsSource(facts, place)).map(({ name }) => name);
}

/** `undefined`: there is no worker to be had here, or it broke down. */
async function askWorker({ units, place }: Question): Promise<readonly string[] | undefined> {
  // Of the facts, what the question is about: all that is handed over is copied.
  const asked = units.map(({ name, facts: { source, seen } }) => ({ name, facts: { source, seen } }));
  return await new Promise((resolve) => {
    const giveUp = () => resolve(undefined);
    try {
      const worker = new Worker(new URL('./mistaken-units-worker.js', import.meta.url), {
        workerData: { units: asked, place },
      });
      worker.once('message', resolve).once('error', giveUp).once('exit', giveUp);
    } catch {
      giveUp();
    }
  });
}

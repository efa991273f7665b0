import assert from 'node:assert/strict';
import { join } from 'node:path';
import { poisoningMypy } from './breaking-mypy.js';
import type { Checked } from './cleanmiss.js';
import { Machine, type MachineOptions } from './machines.js';
import { jsonFlagsOf } from './mypy-copies.js';
import { writeProject } from './project.js';
import { findTools } from './tools.js';

const { mypy } = findTools();
const flags = jsonFlagsOf(mypy);

/** What everybody checks: one file, with a mistake in it. */
export const mistaken = { 'a.py': 'x: int = "no number"\n', 'b.py': 'y = 1\n' };
export const check = [mypy.command, ...flags, 'a.py', 'b.py'] as const;

/** A machine of a team, with the project on it. */
export function teamMachine(options: MachineOptions): Machine {
  const machine = new Machine(options);
  writeProject(machine.project, mistaken);
  return machine;
}

/** The same check, by a mypy that sees another file where the mistake is, and leaves a state that says so. */
export function lyingCheck(machine: Machine): readonly string[] {
  const liar = poisoningMypy(mypy, join(machine.project, '..', 'liar'), 'x: int = 1\n');
  return [liar, ...flags, 'a.py', 'b.py'];
}

/** Somebody publishes a state that says that there is no mistake. */
export async function poison(machine: Machine): Promise<Checked> {
  const checked = await machine.check(lyingCheck(machine));
  assert.match(checked.stdout, /^Success/, checked.stderr);
  return checked;
}

/** He was told of the mistake. */
export function assertRight(checked: Checked, about = ''): void {
  assert.match(
    checked.stdout,
    /^a\.py:1: error: Incompatible types in assignment/,
    `${about} ${checked.stderr}`,
  );
  assert.equal(checked.code, 1, about);
}

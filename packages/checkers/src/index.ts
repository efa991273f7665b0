import type { CheckerProfile } from './checker-profile.js';
import { eslintProfile } from './eslint/eslint-profile.js';
import { mypyProfile } from './mypy/mypy-profile.js';
import { prettierProfile } from './prettier/prettier-profile.js';
import { ruffProfile } from './ruff/ruff-profile.js';
import { stylelintProfile } from './stylelint/stylelint-profile.js';
import { tscProfile } from './tsc/tsc-profile.js';

export * from './checker-profile.js';
export { mypyProfile } from './mypy/mypy-profile.js';
export { tscProfile } from './tsc/tsc-profile.js';
export { VersionMemory } from './version-memory.js';

/** Every checker that cleanmiss knows. */
export const profiles: readonly CheckerProfile[] = [
  mypyProfile,
  tscProfile,
  eslintProfile,
  prettierProfile,
  stylelintProfile,
  ruffProfile,
];

export const profileNames: readonly string[] = profiles.map(({ name }) => name);

/** The profile whose checker the command starts itself. */
export function findProfile(command: readonly string[]): CheckerProfile | undefined {
  return profiles.find((profile) => profile.recognises(command));
}

export function profileNamed(name: string): CheckerProfile | undefined {
  return profiles.find((profile) => profile.name === name);
}

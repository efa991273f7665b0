import { eslintProfile } from './eslint/eslint-profile.js';
import { KnownCheckers } from './known-checkers.js';
import { mypyProfile } from './mypy/mypy-profile.js';
import { prettierProfile } from './prettier/prettier-profile.js';
import { ruffProfile } from './ruff/ruff-profile.js';
import { stylelintProfile } from './stylelint/stylelint-profile.js';
import { tscProfile } from './tsc/tsc-profile.js';

export * from './checker-profile.js';
export { declaredFiles, readDeclared } from './declared-files.js';
export { KnownCheckers } from './known-checkers.js';
export { mypyProfile } from './mypy/mypy-profile.js';
export { isInside, portablePath } from './portable-path.js';
export { tscProfile } from './tsc/tsc-profile.js';
export { VersionMemory } from './version-memory.js';

/** Every checker that cleanmiss knows by itself; a configuration may describe others (`KnownCheckers.with`). */
export const builtInCheckers = new KnownCheckers([
  mypyProfile,
  tscProfile,
  eslintProfile,
  prettierProfile,
  stylelintProfile,
  ruffProfile,
]);

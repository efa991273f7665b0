import { join } from 'node:path';
import { root } from './paths.mjs';
import { runVisibly } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

/** Compiles all packages and tests, incrementally. */
export function build() {
  say('building (tsc -b)');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!runVisibly(process.execPath, [tsc, '-b'], { cwd: root })) {
    throw new SetupError('the build failed (see above)');
  }
}

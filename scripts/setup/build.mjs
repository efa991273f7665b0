import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { root } from './paths.mjs';
import { runVisibly } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

/** Compiles all packages and tests, incrementally, and bundles the command. */
export async function build() {
  say('building (tsc -b, then the bundle of the command)');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!runVisibly(process.execPath, [tsc, '-b'], { cwd: root })) {
    throw new SetupError('the build failed (see above)');
  }
  await bundle();
}

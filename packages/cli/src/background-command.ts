import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackgroundCommand } from '@cleanmiss/runner';
import { environmentFor, type Project } from './project.js';
import type { VerbInput } from './verb.js';

/** Nothing of the set-up in its arguments: they are on show, and a URL may hold a password. */
export function backgroundCommand(
  input: VerbInput,
  project: Project,
  verb: readonly string[],
): BackgroundCommand {
  const bin = join(fileURLToPath(new URL('../../', import.meta.url)), 'bin', 'cleanmiss.js');
  return {
    command: [process.execPath, bin, ...verb],
    cwd: project.root,
    env: environmentFor(input, project),
  };
}

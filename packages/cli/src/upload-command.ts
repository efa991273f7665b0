import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UploadCommand } from '@cleanmiss/runner';
import { isCiSet } from '@cleanmiss/snapshot';
import { environmentFor, type Project } from './project.js';
import type { OptionSpecs, OptionHelp, VerbInput } from './verb.js';

export const waitOptions = {
  wait: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
} as const satisfies OptionSpecs;

export const waitOptionHelp: readonly OptionHelp[] = [
  {
    usage: '--wait, --no-wait',
    about:
      'wait until the remotes have what the run leaves, as long as the budget lasts (default: where CI is set)',
  },
];

/** A CI machine is gone after the job, and what it has not told by then with it. */
export function waitsForUpload({ options, env }: VerbInput): boolean {
  if (options['no-wait']) return false;
  if (options['wait']) return true;
  return isCiSet(env);
}

/** Nothing of the set-up in its arguments: they are on show, and a URL may hold a password. */
export function uploadCommandOf(input: VerbInput, project: Project): UploadCommand {
  const bin = join(fileURLToPath(new URL('../../', import.meta.url)), 'bin', 'cleanmiss.js');
  return {
    command: [process.execPath, bin, 'upload'],
    cwd: project.root,
    env: environmentFor(input, project),
  };
}

import { isCiSet } from '@cleanmiss/snapshot';
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

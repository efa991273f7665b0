import type { CheckerProfile } from '../checker-profile.js';
import { parseCustomCommand } from './custom-command.js';
import type { DescribedChecker } from './described-checker.js';

/** The profile of a checker that a configuration describes. */
export function customProfile(described: DescribedChecker): CheckerProfile {
  return {
    name: described.name,

    recognises(command) {
      return parseCustomCommand(command, described) !== undefined;
    },

    async plan(invocation) {
      // Other checkers' runs do without all of it.
      const { planCustom } = await import('./custom-plan.js');
      return await planCustom(described, parseCustomCommand(invocation.command, described)!, invocation);
    },

    async planNested(invocation) {
      const { planNestedCustom } = await import('./custom-plan.js');
      return await planNestedCustom(described, invocation);
    },
  };
}

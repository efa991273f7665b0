import type { CheckerProfile } from '../checker-profile.js';
import { parseNpmCommand } from '../npm/npm-command.js';

/** Stylelint 16 to 18. */
export const stylelintProfile: CheckerProfile = {
  name: 'stylelint',

  recognises(command) {
    return parseNpmCommand(command, 'stylelint') !== undefined;
  },

  async plan(invocation) {
    // Other checkers' runs do without all of it.
    const { planStylelint } = await import('./stylelint-plan.js');
    return await planStylelint(parseNpmCommand(invocation.command, 'stylelint')!, invocation);
  },

  planNested() {
    const why = 'Stylelint takes the place of its cache from its own command line alone';
    return Promise.resolve({ kind: 'pass-through', why });
  },
};

import type { CheckerProfile } from '../checker-profile.js';
import { parseNpmCommand } from '../npm/npm-command.js';

/** Prettier 3. */
export const prettierProfile: CheckerProfile = {
  name: 'prettier',

  recognises(command) {
    return parseNpmCommand(command, 'prettier') !== undefined;
  },

  async plan(invocation) {
    // Other checkers' runs do without all of it.
    const { planPrettier } = await import('./prettier-plan.js');
    return await planPrettier(parseNpmCommand(invocation.command, 'prettier')!, invocation);
  },

  planNested() {
    const why = 'Prettier takes the place of its cache from its own command line alone';
    return Promise.resolve({ kind: 'pass-through', why });
  },
};

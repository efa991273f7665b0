import type { CheckerProfile } from '../checker-profile.js';
import { parseNpmCommand } from '../npm/npm-command.js';

/** ESLint 9 and 10. */
export const eslintProfile: CheckerProfile = {
  name: 'eslint',

  recognises(command) {
    return parseNpmCommand(command, 'eslint') !== undefined;
  },

  async plan(invocation) {
    // Other checkers' runs do without all of it.
    const { planEslint } = await import('./eslint-plan.js');
    return await planEslint(parseNpmCommand(invocation.command, 'eslint')!, invocation);
  },

  planNested() {
    const why = 'ESLint takes the place of its cache from its own command line alone';
    return Promise.resolve({ kind: 'pass-through', why });
  },
};

import { basename } from 'node:path';
import type { CheckerProfile } from '../checker-profile.js';
import { parseModuleCommand } from '../python/module-command.js';

const why = 'the cache of ruff goes by the times and places of files on one machine, never by their content';

/** Recognised so that it is said why: see docs/checkers/ruff.md. */
export const ruffProfile: CheckerProfile = {
  name: 'ruff',

  recognises(command) {
    return (
      /^ruff(\.exe)?$/i.test(basename(command[0] ?? '')) || parseModuleCommand(command)?.module === 'ruff'
    );
  },

  plan() {
    return Promise.resolve({ kind: 'pass-through', why });
  },

  planNested() {
    return Promise.resolve({ kind: 'pass-through', why });
  },
};

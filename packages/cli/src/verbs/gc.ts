import { systemClock } from '@cleanmiss/core';
import { removeUnusedSlots } from '@cleanmiss/snapshot';
import { jsonOption, jsonOptionHelp, openProject, localOption, localOptionHelp } from '../project.js';
import { withProgress } from '../progress.js';
import { bytes, parseAge, shown, table } from '../text.js';
import { refuseOperands, UsageError, type Verb } from '../verb.js';

export const verb: Verb = {
  name: 'gc',
  about: 'Remove what nobody has used for a while: from the store, and slots of this project',
  usage: 'gc [--max-age AGE] [--local DIR] [--json]',
  options: { ...localOption, ...jsonOption, 'max-age': { type: 'string' } },
  optionHelp: [
    { usage: '--max-age AGE', about: 'what counts as unused, such as 12h or 30d (default: 30d)' },
    ...localOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 1,
  async run(input) {
    refuseOperands(input.operands);
    const maxAgeMs = maxAgeOf(input.options['max-age']);
    using project = openProject(input);
    const { root, config, opened } = project;
    const store = await withProgress('collecting', () => opened.maintenance.gc({ maxAgeMs }));
    const slots = removeUnusedSlots(root, { olderThanMs: maxAgeMs, clock: systemClock });
    const rows = [
      ['store', config.local],
      [
        'removed',
        `${store.removedMetas} metas, ${store.removedBlobs} blobs (${bytes(store.removedBytes)}), ${slots.length} slots`,
      ],
      ['kept', `${store.keptBlobs} blobs (${bytes(store.keptBytes)})`],
    ];
    input.terminal.print(
      input.options['json']
        ? JSON.stringify({ ...store, removedSlots: slots.length }, undefined, 2)
        : table(rows),
    );
    return 0;
  },
};

function maxAgeOf(text: string | boolean | undefined): number {
  const age = parseAge(typeof text === 'string' ? text : '30d');
  if (age === undefined)
    throw new UsageError(`--max-age ${shown(String(text))} is no age; write 90m, 12h or 30d`);
  return age;
}

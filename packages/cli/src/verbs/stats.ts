import { readHistory, summarise } from '@cleanmiss/runner';
import { isSlotLeased, listSlots } from '@cleanmiss/snapshot';
import {
  jsonOption,
  jsonOptionHelp,
  localOption,
  localOptionHelp,
  openProject,
  refuseNoStore,
  storeRow,
} from '../project.js';
import { bytes, table } from '../text.js';
import { refuseOperands, type Verb } from '../verb.js';

export const verb: Verb = {
  name: 'stats',
  about: "Show what the store holds, this project's slots, and how its runs went",
  usage: 'stats [--local DIR] [--json]',
  options: { ...localOption, ...jsonOption },
  optionHelp: [...localOptionHelp, jsonOptionHelp],
  takesCommand: false,
  failureCode: 1,
  async run(input) {
    refuseOperands(input.operands);
    using project = openProject(input);
    refuseNoStore(input, project);
    const { root, config, opened } = project;
    const store = await opened.maintenance.stats();
    const slots = listSlots(root).map((slot) => ({ ...slot, leased: isSlotLeased(slot) }));
    const runs = summarise(readHistory(root));
    if (input.options['json']) {
      input.terminal.print(
        JSON.stringify({ store: { directory: config.local, ...store }, slots, runs }, undefined, 2),
      );
      return 0;
    }
    const misses = Object.entries(runs.misses).map(([reason, count]) => `${count} ${reason}`);
    input.terminal.print(
      table([
        storeRow(project),
        [
          'holds',
          `${store.metas} metas, ${store.blobs} blobs (${bytes(store.blobBytes)}), ${store.quarantined} quarantined`,
        ],
        [
          'slots',
          `${slots.length} (${bytes(sumOf(slots))}), ${slots.filter(({ leased }) => leased).length} in use`,
        ],
        [
          'runs',
          `${runs.runs}: ${runs.hits} hits, ${runs.partials} partial, misses: ${misses.join(', ') || 'none'}`,
        ],
        ['moved', `${bytes(runs.restoredBytes)} restored, ${bytes(runs.publishedBytes)} stored`],
      ]),
    );
    return 0;
  },
};

function sumOf(slots: readonly { readonly bytes: number }[]): number {
  return slots.reduce((sum, slot) => sum + slot.bytes, 0);
}

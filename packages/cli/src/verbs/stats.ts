import { readHistory, statsOf } from '@cleanmiss/runner';
import { isSlotLeased, listSlots } from '@cleanmiss/snapshot';
import { ageExamples, parseAge } from '@cleanmiss/open-cache';
import {
  jsonOption,
  jsonOptionHelp,
  localOption,
  localOptionHelp,
  openProject,
  refuseNoStore,
  storeRow,
} from '../project.js';
import { breakdown, totalRows } from '../stats/stats-text.js';
import { bytes, shown, table } from '../text.js';
import { refuseOperands, UsageError, type Verb, type VerbInput } from '../verb.js';

export const verb: Verb = {
  name: 'stats',
  about: 'Show what cleanmiss saved in this project, by checker, branch and day, and what the store holds',
  usage: 'stats [--since AGE] [--html FILE] [--local DIR] [--json]',
  options: { ...localOption, ...jsonOption, since: { type: 'string' }, html: { type: 'string' } },
  optionHelp: [
    { usage: '--since AGE', about: `count the runs of so long, such as ${ageExamples} (default: all)` },
    { usage: '--html FILE', about: 'write a page with plots as well; it needs no network' },
    ...localOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 1,
  async run(input) {
    refuseOperands(input.operands);
    const now = Date.now();
    const since = sinceOf(input, now);
    using project = openProject(input);
    refuseNoStore(input, project);
    const { root, config, opened } = project;
    const store = await opened.maintenance.stats();
    const slots = listSlots(root).map((slot) => ({ ...slot, leased: isSlotLeased(slot) }));
    const history = readHistory(root);
    const stats = statsOf(history, since);
    const { html } = input.options;
    if (typeof html === 'string') {
      const { writeStatsPage } = await import('../stats/write-stats-page.js');
      writeStatsPage(html, input, { root, history, since, stats, now });
    }
    if (input.options['json']) {
      const { total, ...breakdowns } = stats;
      const document = {
        store: { directory: config.local, ...store },
        slots,
        runs: { ...total, ...breakdowns },
      };
      input.terminal.print(JSON.stringify(document, undefined, 2));
      return 0;
    }
    const rows = [
      storeRow(project),
      [
        'holds',
        `${store.metas} metas, ${store.blobs} blobs (${bytes(store.blobBytes)}), ${store.quarantined} quarantined`,
      ],
      [
        'slots',
        `${slots.length} (${bytes(sumOf(slots))}), ${slots.filter(({ leased }) => leased).length} in use`,
      ],
      ...totalRows(stats.total),
    ];
    const text = stats.total.runs === 0 ? table(rows) : `${table(rows)}\n\n${breakdown(stats)}`;
    input.terminal.print(text);
    return 0;
  },
};

/** @throws {UsageError} */
function sinceOf({ options }: VerbInput, now: number): number {
  const { since } = options;
  if (typeof since !== 'string') return -Infinity;
  const ageMs = parseAge(since);
  if (ageMs !== undefined) return now - ageMs;
  throw new UsageError(`--since ${shown(since)} is not understood; write ${ageExamples}`);
}

function sumOf(slots: readonly { readonly bytes: number }[]): number {
  return slots.reduce((sum, slot) => sum + slot.bytes, 0);
}

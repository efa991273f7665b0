import {
  jsonOption,
  jsonOptionHelp,
  openProject,
  refuseNoStore,
  storeOptionHelp,
  storeOptions,
  storeRow,
} from '../project.js';
import { withProgress } from '../progress.js';
import { refuseOperands, type Verb } from '../verb.js';
import { verifyText } from '../verify-text.js';

export const verb: Verb = {
  name: 'verify',
  about:
    'Read the whole store against its hashes, quarantine damage, and repair it from the remotes; exit with 1 if there was any',
  usage: 'verify [--no-repair] [--local DIR] [--remote URL] [--json]',
  options: { ...storeOptions, ...jsonOption, 'no-repair': { type: 'boolean' } },
  optionHelp: [
    { usage: '--no-repair', about: 'ask no remote for what is damaged or missing' },
    ...storeOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 2,
  async run(input) {
    refuseOperands(input.operands);
    using project = openProject(input, { isWaitedFor: false });
    refuseNoStore(input, project);
    const { config, opened } = project;
    for (const notice of config.notices) input.terminal.warn(notice);
    const remotes = input.options['no-repair'] ? [] : opened.remotes;
    const repairFrom = remotes.map(({ name, tier }) => ({ name, blobs: tier.cache.blobs }));
    const report = await withProgress('verifying', () => opened.maintenance.verify({ repairFrom }));
    input.terminal.print(
      input.options['json'] ? JSON.stringify(report, undefined, 2) : verifyText(storeRow(project), report),
    );
    return report.corruptBlobs === 0 && report.corruptMetas === 0 ? 0 : 1;
  },
};

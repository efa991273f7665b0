import { jsonOption, jsonOptionHelp, openProject, localOption, localOptionHelp } from '../project.js';
import { withProgress } from '../progress.js';
import { table } from '../text.js';
import { refuseOperands, type Verb } from '../verb.js';

export const verb: Verb = {
  name: 'verify',
  about: 'Read the whole store against its hashes and quarantine damage; exit with 1 if there was any',
  usage: 'verify [--local DIR] [--json]',
  options: { ...localOption, ...jsonOption },
  optionHelp: [...localOptionHelp, jsonOptionHelp],
  takesCommand: false,
  failureCode: 2,
  async run(input) {
    refuseOperands(input.operands);
    using project = openProject(input);
    const { config, opened } = project;
    const report = await withProgress('verifying', () => opened.maintenance.verify());
    const isClean = report.corruptBlobs === 0 && report.corruptMetas === 0;
    const rows = [
      ['store', config.local],
      ...Object.entries(report).map(([name, value]) => [name, String(value)]),
    ];
    input.terminal.print(input.options['json'] ? JSON.stringify(report, undefined, 2) : table(rows));
    return isClean ? 0 : 1;
  },
};

import { upload, type Uploaded } from '@cleanmiss/runner';
import { jsonOption, jsonOptionHelp, openProject, storeOptionHelp, storeOptions } from '../project.js';
import { bytes } from '../text.js';
import { refuseOperands, type Verb } from '../verb.js';

/** A process that runs behind a check must end some day, whatever the network does. */
const longestMs = 10 * 60 * 1000;

export const verb: Verb = {
  name: 'upload',
  about:
    'Bring to the remotes what runs have left for them (run does this by itself); exit with 1 if some is left',
  usage: 'upload [--no-wait] [--local DIR] [--remote URL] [--json]',
  options: { ...storeOptions, ...jsonOption, 'no-wait': { type: 'boolean' } },
  optionHelp: [
    { usage: '--no-wait', about: 'end where another process is at it: it sees to ours as well' },
    ...storeOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 2,
  async run(input) {
    refuseOperands(input.operands);
    using project = openProject(input, { isWaitedFor: false });
    for (const notice of project.config.notices) input.terminal.warn(notice);
    const waits = input.options['no-wait'] !== true;
    const uploaded = await upload(project.opened, { signal: AbortSignal.timeout(longestMs), waits });
    // To the run that started us, if it still waits.
    if (process.connected) process.send?.(uploaded, () => process.disconnect());
    const lines = uploaded.map(lineOf);
    if (lines.length === 0) lines.push('there is no remote to bring anything to');
    input.terminal.print(input.options['json'] ? JSON.stringify(uploaded, undefined, 2) : lines.join('\n'));
    return uploaded.every(({ failure }) => failure === null) ? 0 : 1;
  },
};

function lineOf({ remote, metas, blobs, bytes: content, lost, failure }: Uploaded): string {
  const told = `${remote}: ${metas} metas, ${blobs} blobs (${bytes(content)})`;
  const given = lost > 0 ? `; ${lost} given up, as their blobs are gone` : '';
  return failure === null ? `${told}${given}` : `${told}${given}; the rest stays for later: ${failure}`;
}

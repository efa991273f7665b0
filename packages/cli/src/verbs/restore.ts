import { restoreHalf } from '@cleanmiss/runner';
import { halfOptionHelp, halfOptions, halfRequest, openHalfProject } from '../half.js';
import { withProgress } from '../progress.js';
import { bytes } from '../text.js';
import type { Verb } from '../verb.js';

export const verb: Verb = {
  name: 'restore',
  about: 'The first half of run: make a state directory hold the nearest snapshot, and nothing else',
  usage: 'restore --state DIR [--local DIR] -- COMMAND [ARG...]',
  options: halfOptions,
  optionHelp: halfOptionHelp,
  takesCommand: true,
  failureCode: 1,
  async run(input) {
    using project = openHalfProject(input);
    const prepared = await withProgress('restoring', () => restoreHalf(halfRequest(input, project)));
    const { outcome, reason, snapshot, restored } = prepared;
    const summary = snapshot
      ? `${outcome}: snapshot ${snapshot.slice(0, 12)}, ${restored.files} files written (${bytes(restored.bytes)})`
      : `miss: ${reason ?? 'absent'}; the directory is empty`;
    input.terminal.print(input.options['json'] ? JSON.stringify(prepared, undefined, 2) : summary);
    return 0;
  },
};

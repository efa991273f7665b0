import { saveHalf } from '@cleanmiss/runner';
import { halfOptionHelp, halfOptions, halfRequest } from '../half.js';
import { withProgress } from '../progress.js';
import { bytes } from '../text.js';
import type { Verb } from '../verb.js';

export const verb: Verb = {
  name: 'save',
  about: 'The second half of run: store the state that the command left. Only after it ended normally',
  usage: 'save --state DIR [--local DIR] -- COMMAND [ARG...]',
  options: halfOptions,
  optionHelp: halfOptionHelp,
  takesCommand: true,
  failureCode: 1,
  async run(input) {
    const saved = await withProgress('storing', () => saveHalf(halfRequest(input)));
    const { snapshot, files, bytes: size } = saved;
    const summary = snapshot
      ? `snapshot ${snapshot.slice(0, 12)}, ${files} files stored (${bytes(size)})`
      : 'nothing to store';
    input.terminal.print(input.options['json'] ? JSON.stringify(saved, undefined, 2) : summary);
    return 0;
  },
};

import { systemClock } from '@cleanmiss/core';
import { collectInBackground, saveHalf, uploadInBackground, type Saved } from '@cleanmiss/runner';
import { backgroundCommand } from '../background-command.js';
import { halfOptionHelp, halfOptions, halfRequest, openHalfProject } from '../half.js';
import { withProgress } from '../progress.js';
import { bytes } from '../text.js';
import { UsageError, type Verb, type VerbInput } from '../verb.js';
import { waitOptionHelp, waitOptions, waitsForUpload } from '../wait-options.js';

export const verb: Verb = {
  name: 'save',
  about: 'The second half of run: store the state that the command left',
  usage:
    'save --exit-code CODE --state DIR [--local DIR] [--remote URL] [--wait|--no-wait] -- COMMAND [ARG...]',
  options: { ...halfOptions, ...waitOptions, 'exit-code': { type: 'string' } },
  optionHelp: [
    {
      usage: '--exit-code CODE',
      about: 'what COMMAND ended with: after a crash or a kill nothing is stored',
    },
    ...halfOptionHelp,
    ...waitOptionHelp,
  ],
  takesCommand: true,
  failureCode: 1,
  async run(input) {
    using project = openHalfProject(input);
    const request = { ...halfRequest(input, project), exitCode: exitCodeOf(input) };
    const saved = await withProgress('storing', () => saveHalf(request));
    const upload = backgroundCommand(input, project, ['upload']);
    const { trouble } = await uploadInBackground(project.opened, upload, waitsForUpload(input));
    for (const words of trouble) input.terminal.warn(`upload: ${words}`);
    const how = backgroundCommand(input, project, ['gc', '--background']);
    collectInBackground({ config: project.config, how, addedBytes: saved?.bytes ?? 0, clock: systemClock });
    input.terminal.print(
      input.options['json'] ? JSON.stringify(saved ?? null, undefined, 2) : summaryOf(saved),
    );
    return 0;
  },
};

function exitCodeOf({ options }: VerbInput): number {
  const text = options['exit-code'];
  if (typeof text === 'string' && /^\d{1,3}$/.test(text)) return Number(text);
  throw new UsageError('--exit-code wants the number that the command ended with, such as 0 or 1');
}

function summaryOf(saved: Saved | undefined): string {
  if (!saved) return 'nothing is stored: the command did not end normally';
  if (!saved.snapshot) return 'nothing to store';
  return `snapshot ${saved.snapshot.slice(0, 12)}, ${saved.files} files stored (${bytes(saved.bytes)})`;
}

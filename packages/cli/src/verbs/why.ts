import { describeTimings, explain, readHistory } from '@cleanmiss/runner';
import { jsonOption, jsonOptionHelp, projectRootOf } from '../project.js';
import { refuseOperands, type Verb } from '../verb.js';

export const verb: Verb = {
  name: 'why',
  about: 'Say why the last run in this project hit or missed, and where its time went',
  usage: 'why [--json]',
  options: jsonOption,
  optionHelp: [jsonOptionHelp],
  takesCommand: false,
  failureCode: 1,
  run(input) {
    const { operands, options, terminal } = input;
    refuseOperands(operands);
    const run = readHistory(projectRootOf(input)).at(-1);
    if (options['json']) terminal.print(JSON.stringify(run ?? null, undefined, 2));
    else if (!run) terminal.print('No run of this project is remembered: try cleanmiss run -- mypy src');
    else
      terminal.print(
        [`${run.checker.name ?? 'command'} at ${run.time}`, ...explain(run), ...describeTimings(run)].join(
          '\n',
        ),
      );
    return Promise.resolve(0);
  },
};

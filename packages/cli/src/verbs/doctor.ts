import { examine } from '@cleanmiss/runner';
import { jsonOption, jsonOptionHelp, openProject, storeOptionHelp, storeOptions } from '../project.js';
import type { Verb } from '../verb.js';

export const verb: Verb = {
  name: 'doctor',
  about:
    'Say whether this set-up is going to hit, and what to change; exit with 1 if something is in the way',
  usage: 'doctor [--local DIR] [--remote URL] [--json] [-- COMMAND [ARG...]]',
  options: { ...storeOptions, ...jsonOption },
  optionHelp: [...storeOptionHelp, jsonOptionHelp],
  takesCommand: true,
  failureCode: 2,
  async run(input) {
    const { operands: command, cwd, env, terminal, options } = input;
    using project = openProject(input);
    const findings = await examine({ ...project, command, cwd, env });
    const lines = findings.map(
      ({ subject, verdict, words }) => `${verdict.padEnd(7)}  ${subject.padEnd(8)}  ${words}`,
    );
    terminal.print(options['json'] ? JSON.stringify(findings, undefined, 2) : lines.join('\n'));
    return findings.some(({ verdict }) => verdict === 'trouble') ? 1 : 0;
  },
};

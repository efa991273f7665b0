import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { builtInCheckers } from '@cleanmiss/checkers';
import type { EventSink } from '@cleanmiss/core';
import {
  CannotStartError,
  Degradation,
  recordRun,
  runCheck,
  Untrusted,
  type RunReport,
} from '@cleanmiss/runner';
import { headOf } from '@cleanmiss/snapshot';
import { backgroundCommand } from '../background-command.js';
import { nestedProfile } from '../half.js';
import { withProgress } from '../progress.js';
import { openProject, storeOptionHelp, storeOptions } from '../project.js';
import { UsageError, type Verb, type VerbInput } from '../verb.js';
import { waitOptionHelp, waitOptions, waitsForUpload } from '../wait-options.js';

/** As `env` and `timeout` answer where they themselves fail. */
const ownFailure = 125;

export const verb: Verb = {
  name: 'run',
  about: 'Run a checker on a private, restored state; exit with its code',
  usage:
    'run [--checker NAME] [--local DIR] [--remote URL] [--report FILE] [--wait|--no-wait] -- COMMAND [ARG...]',
  options: { ...storeOptions, ...waitOptions, checker: { type: 'string' }, report: { type: 'string' } },
  optionHelp: [
    {
      usage: '--checker NAME',
      about: `the checker that COMMAND starts somewhere inside (${builtInCheckers.names.join(', ')}, or one of the configuration)`,
    },
    ...storeOptionHelp,
    {
      usage: '--report FILE',
      about: 'write what was restored, run and stored, and how long each took, as JSON',
    },
    ...waitOptionHelp,
  ],
  takesCommand: true,
  failureCode: ownFailure,
  run,
};

async function run(input: VerbInput): Promise<number> {
  const bootMs = performance.now();
  const { operands, env, cwd, terminal } = input;
  if (operands.length === 0) throw new UsageError('no command was given: cleanmiss run -- COMMAND [ARG...]');
  const warn = (line: string) => {
    terminal.warn(line);
  };
  const degradation = new Degradation(warn);
  const untrusted = new Untrusted();
  const events: EventSink = (event) => {
    degradation.sink(event);
    untrusted.sink(event);
  };
  using project = openProject(input, { events, deferFill: true });
  const { root, config, opened, checkers } = project;
  const nested = nestedProfile(input.options['checker'], checkers);
  for (const notice of config.notices) degradation.add('configuration', notice);
  try {
    const report = await runCheck({
      command: operands,
      env,
      cwd,
      root,
      config,
      opened,
      checkers,
      nested,
      bootMs,
      warn,
      degradation,
      untrusted,
      uploadCommand: backgroundCommand(input, project, ['upload']),
      gcCommand: backgroundCommand(input, project, ['gc', '--background']),
      waits: waitsForUpload(input),
      progress: withProgress,
    });
    const warning = untrusted.warning();
    if (warning) warn(warning);
    keepReport(input, root, report);
    return exitAs(report);
  } catch (error) {
    if (!(error instanceof CannotStartError)) throw error;
    terminal.warn(error.message);
    return error.exitCode;
  }
}

function keepReport({ options, cwd, env, terminal }: VerbInput, root: string, report: RunReport): void {
  recordRun(root, report, { now: new Date(), branch: headOf(root, env)?.branch ?? null });
  const file = options['report'];
  if (typeof file !== 'string') return;
  try {
    writeFileSync(resolve(cwd, file), `${JSON.stringify(report, undefined, 2)}\n`);
  } catch (error) {
    // The check's own exit code matters more than the report on it.
    terminal.warn(`the report could not be written: ${(error as Error).message}`);
  }
}

/** The checker's code; where a signal ended it, we end by the same one, so that a shell sees the same. */
function exitAs({ checker }: RunReport): number {
  if (checker.signal === null) return checker.exitCode ?? ownFailure;
  const signal = checker.signal as NodeJS.Signals;
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}

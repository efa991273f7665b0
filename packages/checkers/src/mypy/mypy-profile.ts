import type { CheckerPlan, CheckerProfile, Directed, Invocation } from '../checker-profile.js';
import { passThrough } from '../pass-through.js';
import { realPlace } from '../real-place.js';
import { nowhere, whyConfigDeclined, whyDeclined } from './declined-runs.js';
import { lastValueOf, parseMypyArguments, type MypyArguments } from './mypy-arguments.js';
import { parseMypyCommand, type MypyCommand } from './mypy-command.js';
import { readMypyConfig, type MypyConfig } from './mypy-config.js';
import { contextOf } from './mypy-context.js';
import { meaningOfExit } from './mypy-exit.js';
import { MypyLayout } from './mypy-layout.js';
import { askMypyVersion, isAtLeast } from './mypy-version.js';
import { planNestedMypy } from './nested-mypy.js';

/** mypy 1.0 to 2.4. */
export const mypyProfile: CheckerProfile = {
  name: 'mypy',

  recognises(command) {
    return parseMypyCommand(command) !== undefined;
  },

  async plan(invocation) {
    const command = parseMypyCommand(invocation.command)!;
    if (command.program === 'dmypy') return passThrough('dmypy keeps its state in a process of its own');
    return await planMypy(command, { ...invocation, ...realPlace(invocation) });
  },

  planNested(invocation) {
    return Promise.resolve(planNestedMypy({ ...invocation, ...realPlace(invocation) }));
  },
};

async function planMypy(command: MypyCommand, invocation: Invocation): Promise<CheckerPlan> {
  const { cwd, root, env } = invocation;
  const args = parseMypyArguments(command.args, cwd);
  const declined = whyDeclined(args, invocation);
  if (declined !== undefined) return passThrough(declined);
  const version = await askMypyVersion(command, invocation);
  if ('why' in version) return passThrough(version.why);
  if (!isAtLeast(version.mypy, 1, 0)) return passThrough(`mypy ${version.mypy} is older than 1.0`);
  const named = lastValueOf(args, '--config-file');
  const config = readMypyConfig({ cwd, env, named, looksAbove: isAtLeast(version.mypy, 1, 15) });
  const declinedByConfig = whyConfigDeclined(config, args, invocation);
  if (declinedByConfig !== undefined) return passThrough(declinedByConfig);
  const context = contextOf({ invocation, version, args, config });
  return {
    kind: 'slot-run',
    version: version.mypy,
    context,
    layout: new MypyLayout({ cwd, root, isFixed: 'place' in context }),
    direct: (stateDir) => directTo(command, [`--cache-dir=${stateDir}`, '--no-sqlite-cache']),
    stateless: () => directTo(command, [`--cache-dir=${nowhere}`, ...withoutWorkers(args, config, env)]),
    watchStderr: true,
    writesFiles: writesReport(args, config),
    // mypy colours where both streams are terminals, or where it is told to; its width it takes from standard output.
    ttyEnv: { MYPY_FORCE_COLOR: '1' },
    meaningOf: meaningOfExit,
  };
}

/**
 * Of two options that contradict each other, argparse follows the later one: ours stand behind the user's, however
 * those are written, and before a `--`. Files rather than SQLite, which every version can do: they hold the same, and
 * are shared module by module.
 */
function directTo({ start, args }: MypyCommand, options: readonly string[]): Directed {
  const end = args.indexOf('--');
  const at = end < 0 ? args.length : end;
  return { command: [...start, ...args.slice(0, at), ...options, ...args.slice(at)], env: {} };
}

/** Reports of other kinds are declined. */
function writesReport({ options }: MypyArguments, config: MypyConfig | undefined): boolean {
  return (
    options.some(({ name }) => name === '--junit-xml') ||
    config?.settings.some(({ key }) => key === 'junit_xml') === true
  );
}

/** Workers hand each other what they find through the cache, and refuse to go without one. */
function withoutWorkers(
  { options }: MypyArguments,
  config: MypyConfig | undefined,
  env: Invocation['env'],
): readonly string[] {
  const asked =
    options.some(({ name }) => name === '--num-workers') ||
    config?.settings.some(({ key }) => key === 'num_workers') === true ||
    Boolean(env['MYPY_NUM_WORKERS']);
  return asked ? ['--num-workers=0'] : [];
}

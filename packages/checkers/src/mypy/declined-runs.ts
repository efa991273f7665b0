import { relative, resolve } from 'node:path';
import type { Invocation } from '../checker-profile.js';
import { isInside } from '../portable-path.js';
import { valueOf, type Setting } from './config-settings.js';
import { lastValueOf, type MypyArguments } from './mypy-arguments.js';
import type { MypyConfig } from './mypy-config.js';

/** Why mypy is not to be redirected in a run with these arguments; `undefined` where it may be. */
export function whyDeclined(args: MypyArguments, { cwd, root, env }: Invocation): string | undefined {
  const byOption = args.options.map(({ name }) => whyOption(name)).find((why) => why !== undefined);
  if (byOption !== undefined) return byOption;
  const cacheDir = chosenCacheDir(args, env);
  if (isNowhere(cacheDir)) return `the cache directory is ${cacheDir!}`;
  if (args.endsInFile) return 'a -- stands in a file named with @';
  const outside = args.targets.find((target) => !isInside(resolve(cwd, target), root));
  // Errors in there are cached under names that mean something else in another checkout.
  return outside === undefined ? undefined : `${outside} is outside the project`;
}

/** The same for what the configuration file says. */
export function whyConfigDeclined(
  config: MypyConfig | undefined,
  args: MypyArguments | undefined,
  { cwd, env }: Invocation,
): string | undefined {
  const hasCacheDir = chosenCacheDir(args, env) !== undefined;
  const isDeclined = (setting: Setting) => {
    const value = valueOf(setting);
    return setting.key === 'cache_dir'
      ? !hasCacheDir && isNowhere(value)
      : isDeclinedSetting(setting.key, value);
  };
  const declined = config?.settings.find((setting) => setting.scope === 'global' && isDeclined(setting));
  return declined && `${relative(cwd, config!.file)} says ${declined.text.split('\n', 1)[0]!}`;
}

/** The cache directory that is none; mypy compares with Python's `os.devnull`. */
export const nowhere = process.platform === 'win32' ? 'nul' : '/dev/null';

/** mypy, too, takes whatever begins with the null device for it. */
export function isNowhere(cacheDir: string | undefined): boolean {
  return cacheDir?.trim().toLowerCase().startsWith(nowhere) === true;
}

/** An option beats the variable, which beats the configuration. An empty variable counts for nothing. */
function chosenCacheDir(args: MypyArguments | undefined, env: Invocation['env']): string | undefined {
  return (args && lastValueOf(args, '--cache-dir')) ?? (env['MYPY_CACHE_DIR']?.trim() || undefined);
}

function whyOption(name: string): string | undefined {
  return declinedOptions.find(([pattern]) => pattern.test(name))?.[1].replace('%', name);
}

const declinedOptions: readonly (readonly [RegExp, string])[] = [
  [/^(-V|--version|-h|--help)$/, '% checks nothing'],
  [/^--(no-incremental|bazel|cache-map)$/, '% rules out a cache directory of ours'],
  // The daemon reads what these leave in the user's own cache directory; a tool, the last.
  [/^--(cache-fine-grained|logical-deps|export-ref-info)$/, '% fills a cache for others'],
  // From 1.19 on, a module that is not checked anew does not tell which stubs it misses; and without targets the list
  // is read from the user's own cache directory.
  [/^--(install-types|non-interactive)$/, '% goes by what a check without a cache misses'],
  // Only modules that are checked anew are reported on.
  [
    /-report$|^--(dump-.*|find-occurrences|line-checking-stats|timing-stats|stats|inferstats)$/,
    '% wants a check without a cache',
  ],
  [/^--shadow-file$/, '% passes off one source for another'],
];

function isDeclinedSetting(key: string, value: string): boolean {
  const isOn = /^(true|1|yes|on)$/.test(value);
  if (key === 'incremental') return /^(false|0|no|off)$/.test(value);
  if (/^(no_incremental|bazel|cache_fine_grained|logical_deps|install_types|non_interactive)$/.test(key))
    return isOn;
  return key.endsWith('_report') || key === 'shadow_file';
}

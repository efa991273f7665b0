import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Invocation } from '../checker-profile.js';
import { isInside } from '../mypy/mypy-context.js';
import { foldersFrom } from '../npm/npm-package.js';
import type { ToolWords } from '../npm/tool-words.js';

/** Why ESLint is not to be redirected in a run with these words; `undefined` where it may be. */
export function whyDeclined(words: ToolWords, { cwd, root, env }: Invocation): string | undefined {
  if (words.unknown !== undefined) return `${words.unknown} is no option that cleanmiss knows of ESLint`;
  const byOption = words.options.map(({ name }) => whyOption(name)).find((why) => why !== undefined);
  if (byOption !== undefined) return byOption;
  if (env['ESLINT_USE_FLAT_CONFIG'] === 'false')
    return 'ESLINT_USE_FLAT_CONFIG asks for the old kind of configuration';
  if (env['TIMING']) return 'TIMING wants a check without a cache';
  if (/(^|[\s,])(\*|eslint)/.test(env['DEBUG'] ?? '')) return 'DEBUG wants a check without a cache';
  return whyConfig(words, cwd, root);
}

/** Of a configuration outside the project we could not tell what it reads. */
function whyConfig({ options }: ToolWords, cwd: string, root: string): string | undefined {
  const named = options.findLast(({ name }) => name === '--config')?.value;
  if (named !== undefined) {
    return isInside(resolve(cwd, named), root) ? undefined : `${named} is outside the project`;
  }
  if (options.some(({ name }) => name === '--no-config-lookup')) return undefined;
  const withConfig = foldersFrom(cwd).filter((folder) => hasConfig(folder));
  // Files beside the working directory are looked after from their own folder upwards.
  const above = withConfig.find((folder) => !isInside(folder, root));
  return above === undefined || withConfig.includes(root)
    ? undefined
    : `the configuration in ${above} is outside the project`;
}

function hasConfig(folder: string): boolean {
  return ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].some((ext) =>
    existsSync(join(folder, `eslint.config.${ext}`)),
  );
}

function whyOption(name: string): string | undefined {
  return declinedOptions.find(([names]) => names.includes(name))?.[1].replace('%', name);
}

const declinedOptions: readonly (readonly [readonly string[], string])[] = [
  [['--no-cache'], '% asks for no cache'],
  [
    ['--help', '--version', '--init', '--env-info', '--print-config', '--inspect-config', '--mcp'],
    '% checks nothing',
  ],
  [['--stdin', '--stdin-filename'], '% checks no file'],
  [['--debug', '--stats'], '% wants a check without a cache'],
  [['--suppress-all', '--suppress-rule', '--prune-suppressions'], '% writes down what a check finds'],
  // We ask ESLint itself for the configuration of a file, and can hand it no more than the file that it is in.
  [['--global', '--parser', '--parser-options', '--plugin', '--rule'], '% changes the configuration'],
];

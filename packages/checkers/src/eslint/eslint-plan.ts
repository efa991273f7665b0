import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { systemClock } from '@cleanmiss/core';
import type { CheckerExit, CheckerPlan, Directed, ExitMeaning, Invocation } from '../checker-profile.js';
import { SharedFileLayout } from '../entry-cache/shared-file-layout.js';
import { portablePath } from '../portable-path.js';
import { findNode } from '../npm/node-version.js';
import { installedAround } from '../npm/installed-packages.js';
import type { NpmCommand } from '../npm/npm-command.js';
import { findNpmPackage } from '../npm/npm-package.js';
import { parseToolWords, wordsWithout, type ToolWords } from '../npm/tool-words.js';
import { whyDeclined } from './declined-runs.js';
import { eslintOptions, optionsWithoutTrace, replacedOptions } from './eslint-options.js';
import { cacheFileIn, EslintState } from './eslint-state.js';

/** Raised when the states of one cleanmiss would not do for the next. */
const profileFormat = 1;

export async function planEslint(command: NpmCommand, asked: Invocation): Promise<CheckerPlan> {
  const invocation = { ...asked, cwd: realpathSync(asked.cwd), root: realpathSync(asked.root) };
  const { cwd, root, env } = invocation;
  const words = parseToolWords(command.args, eslintOptions);
  const declined = whyDeclined(words, invocation);
  if (declined !== undefined) return passThrough(declined);
  const eslint = findNpmPackage(command, 'eslint', invocation);
  if ('why' in eslint) return passThrough(eslint.why);
  if (!/^(9|10)\./.test(eslint.version)) return passThrough(`ESLint ${eslint.version} is neither 9 nor 10`);
  const node = await findNode(command, invocation);
  if (!node) return passThrough('the Node that runs ESLint cannot be found');
  const state = new EslintState({
    probe: { node: node.executable, eslint: eslint.directory, words, cwd, root, env },
    fixes: words.options.some(({ name }) => name === '--fix' || name === '--fix-dry-run'),
    clock: systemClock,
  });
  return {
    kind: 'slot-run',
    version: eslint.version,
    context: {
      profile: profileFormat,
      eslint: eslint.version,
      node: node.version,
      platform: process.platform,
      cwd: relative(root, cwd).replaceAll(sep, '/'),
      options: shapingWords(words, root),
      env: Object.fromEntries(shapingVariables.map((name) => [name, env[name] ?? null])),
      installed: installedAround({ cwd, root, tool: eslint.directory }),
    },
    layout: new SharedFileLayout('eslint'),
    direct: (stateDir) => directTo(command, cacheFileIn(stateDir)),
    stateless: () => directTo(command, undefined),
    enter: (stateDir) => state.enter(stateDir),
    leave: (stateDir) => state.leave(stateDir),
    watchStderr: true,
    writesFiles: words.options.some(({ name }) => name === '--fix' || name === '--output-file'),
    meaningOf,
  };
}

/** With another cache of the user's own left out. */
function directTo({ start, args }: NpmCommand, cache: string | undefined): Directed {
  const own = wordsWithout(args, eslintOptions, replacedOptions);
  const kept =
    cache === undefined ? [] : ['--cache', '--cache-strategy', 'content', '--cache-location', cache];
  // A configuration for JSON would have our slots checked.
  return { command: [...start, ...kept, '--ignore-pattern', '**/.cleanmiss/', ...own], env: {} };
}

function meaningOf({ code, signal, stderrTail }: CheckerExit): ExitMeaning {
  if (signal !== null) return 'incomplete';
  if (code === 0 || code === 1) return 'normal';
  return code === 2 && cannotCache.test(stderrTail) ? 'refused' : 'incomplete';
}

/** A parser or processor without a name: a check without a cache has no need of one. */
const cannotCache =
  /^(?:The requested operation requires ESLint to serialize|.*\bError: Could not serialize \w+ object)/m;

/** `--quiet` leaves out the rules that only warn, unless warnings are counted. */
function shapingWords({ options }: ToolWords, root: string): readonly (readonly string[])[] {
  const counts = options.some(({ name }) => name === '--max-warnings');
  const shaping = options.filter(({ name }) => !optionsWithoutTrace.has(name));
  return shaping.map(({ name, value }) => [
    name === '--quiet' && counts ? '--quiet, counted' : name,
    ...(value === undefined ? [] : [portablePath(value, root)]),
  ]);
}

/** Known to be read by plugins, parsers, and ESLint itself. */
const shapingVariables = [
  ...['NODE_ENV', 'BABEL_ENV', 'BROWSERSLIST', 'BROWSERSLIST_ENV', 'BROWSERSLIST_CONFIG', 'NODE_OPTIONS'],
  ...['NODE_PATH', 'ESLINT_FLAGS'],
];

function passThrough(why: string): CheckerPlan {
  return { kind: 'pass-through', why };
}

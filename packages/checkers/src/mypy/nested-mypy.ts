import { readFileSync, statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { CheckerExit, CheckerPlan, ExitMeaning, Invocation } from '../checker-profile.js';
import { digestOf, isInside, portablePath } from '../portable-path.js';
import { isNowhere, whyConfigDeclined } from './declined-runs.js';
import { digestOfLocalPlugins } from './local-plugins.js';
import { readMypyConfig } from './mypy-config.js';
import { profileFormat } from './mypy-context.js';
import { MypyLayout } from './mypy-layout.js';
import { sharedSettings } from './shared-settings.js';

/**
 * mypy somewhere inside another command. It is directed by its variable, so that its state is what its version makes
 * by default: databases from 1.20 on. There, too, each module's meta holds the interfaces of its dependencies
 * (`dep_hashes`), so that a database is as good a snapshot as files are, if a coarser one.
 */
export function planNestedMypy(invocation: Invocation): CheckerPlan {
  const { cwd, root, env } = invocation;
  const cacheDir = env['MYPY_CACHE_DIR'];
  if (isNowhere(cacheDir)) return { kind: 'pass-through', why: `MYPY_CACHE_DIR is ${cacheDir!}` };
  const config = readMypyConfig({ cwd, env, named: undefined, looksAbove: true });
  const declined = whyConfigDeclined(config, undefined, invocation);
  if (declined !== undefined) return { kind: 'pass-through', why: declined };
  const plugins = digestOfLocalPlugins(config, invocation);
  return {
    kind: 'slot-run',
    // What else the command does, nobody knows.
    writesFiles: true,
    version: 'unknown',
    context: {
      profile: profileFormat,
      nested: true,
      platform: process.platform,
      cwd: relative(root, cwd).replaceAll(sep, '/'),
      command: invocation.command.filter((word) => !isSource(word)).map((word) => portableWord(word, root)),
      recipes: recipesOf(invocation).map((text) => digestOf(text)),
      // Settings that some versions compare themselves count here: we do not know which version it will be.
      config: digestOf([...sharedSettings(config, { mypy: 'unknown', python: 'unknown' })]),
      ...(plugins === undefined ? {} : { plugins }),
    },
    layout: new MypyLayout({ cwd, root, isFixed: false }),
    direct: (stateDir) => ({ command: invocation.command, env: { MYPY_CACHE_DIR: stateDir } }),
    // As the user alone would run it: with the null device for a cache directory, a mypy with workers refuses to
    // start.
    stateless: () => ({ command: invocation.command, env: {} }),
    watchStderr: false,
    meaningOf,
  };
}

/**
 * Only success publishes. Any other code may be a type error, or a mypy that was killed while it wrote (`make` answers
 * 2 to both). Success also means that no errors are cached, which mypy 1.19 and later would repeat as rendered, and
 * which in a database we could not look at. Never a crash: that would run the command again, and we do not know what
 * else it does.
 */
function meaningOf({ code }: CheckerExit): ExitMeaning {
  return code === 0 ? 'normal' : 'incomplete';
}

/** Files in which such commands hold mypy's options, where we cannot see them. */
const recipeNames = [
  ...['Makefile', 'makefile', 'GNUmakefile', 'justfile', 'Justfile', 'Taskfile.yml', 'tox.ini', 'noxfile.py'],
  ...['.pre-commit-config.yaml', 'package.json', 'tasks.py', 'dodo.py'],
];

const maxRecipeBytes = 1024 * 1024;

/** The usual ones, and every file of the project that the command names. */
function recipesOf({ command, cwd, root }: Invocation): readonly string[] {
  const named = command.filter((word) => !isSource(word)).map((word) => resolve(cwd, word));
  const usual = recipeNames.map((name) => resolve(cwd, name));
  const files = [...usual, ...named.filter((file) => isInside(file, root))];
  return [...new Set(files)].map(textOf).filter((text) => text !== undefined);
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > maxRecipeBytes ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Which files to check is nothing that keeps states apart. */
function isSource(word: string): boolean {
  return /\.pyi?$/.test(basename(word));
}

function portableWord(word: string, root: string): string {
  const at = word.indexOf('=');
  return word.slice(0, at + 1) + portablePath(word.slice(at + 1), root);
}

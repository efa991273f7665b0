import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Json, JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { digestOf, isInside, portablePath } from '../portable-path.js';
import type { MypyArguments, MypyOption } from './mypy-arguments.js';
import { digestOfLocalPlugins } from './local-plugins.js';
import type { MypyConfig } from './mypy-config.js';
import { wordsIn } from './mypy-options.js';
import type { MypyVersion } from './mypy-version.js';
import { sharedSettings } from './shared-settings.js';

/** Raised when the states of one cleanmiss would not do for the next. */
export const profileFormat = 1;

export interface ContextParts {
  readonly invocation: Pick<Invocation, 'cwd' | 'root' | 'env'>;
  readonly version: MypyVersion;
  readonly args: MypyArguments;
  readonly config: MypyConfig | undefined;
}

/**
 * What must be equal for a state to be shared. mypy compares most options with those in each meta and checks a module
 * anew where they differ, but not all: `--warn-redundant-casts` has no effect on a warm cache until a file changes.
 * And from 1.19 on it caches errors as rendered, so that `--show-error-context` or `--soft-error-limit` of one run
 * would show in another's. So everything that may shape a state is in here. What says only which files to check is
 * not, so that a check of some files shares with a check of all.
 */
export function contextOf({ invocation, version, args, config }: ContextParts): JsonObject {
  const { cwd, root, env } = invocation;
  const settings = sharedSettings(config, version);
  const plugins = digestOfLocalPlugins(config, invocation);
  return {
    profile: profileFormat,
    mypy: version.mypy,
    python: version.python,
    platform: process.platform,
    cwd: relative(root, cwd).replaceAll(sep, '/'),
    options: args.options
      .filter(({ name }) => !withoutTrace.has(name))
      .map((option) => wordsOf(option, root)),
    targets: args.targets
      .filter((target) => !isPlainTarget(target, cwd))
      .map((target) => portablePath(target, root)),
    config: settings.length === 0 ? null : digestOf(settings),
    ...(plugins === undefined ? {} : { plugins }),
    // Stands for the option.
    workers: env['MYPY_NUM_WORKERS'] ?? null,
    ...(showsAbsolutePaths(args, settings) ? { place: digestOf(cwd) } : {}),
  };
}

/** From 1.19 on the cached errors then name the place of the checkout that wrote them. */
export function showsAbsolutePaths({ options }: MypyArguments, settings: readonly string[]): boolean {
  const written = [...options.map(({ name }) => name), ...settings];
  return written.some((text) => /^--show-ab|^(show|hide)_absolute_path/i.test(text));
}

/** What we replace, and what only chooses targets. */
const withoutTrace: ReadonlySet<string> = new Set(
  wordsIn(`
    --cache-dir --sqlite-cache --no-sqlite-cache
    --command --module --package --exclude --exclude-gitignore --no-exclude-gitignore
  `),
);

/** Wherever these point: mypy compares the sources that it finds there, and the settings are taken in. */
const comparedByContent: ReadonlySet<string> = new Set(
  wordsIn('--config-file --python-executable --custom-typeshed-dir --junit-xml'),
);

function wordsOf({ name, values }: MypyOption, root: string): Json {
  const isElsewhere = (value: string) => isAbsolute(value) && !isInside(value, root);
  const portable = values.map((value) =>
    comparedByContent.has(name) && isElsewhere(value) ? '<elsewhere>' : portablePath(value, root),
  );
  return [name, ...portable];
}

/** A file or folder below the working directory: errors call it the same however it was named. */
function isPlainTarget(target: string, cwd: string): boolean {
  const path = resolve(cwd, target);
  // A word that names nothing may be the value of an option that we do not know.
  return isInside(path, cwd) && existsSync(path);
}

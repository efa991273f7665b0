import type { Setting } from './config-settings.js';
import type { MypyConfig } from './mypy-config.js';
import { wordsIn } from './mypy-options.js';
import { isAtLeast, type MypyVersion } from './mypy-version.js';

/**
 * Those settings, as texts, that two checks must have in common to share states. Left out are settings that mypy
 * itself compares with every meta: with them in, a project that grows stricter one module at a time would start from
 * nothing each time.
 */
export function sharedSettings(config: MypyConfig | undefined, { mypy }: MypyVersion): readonly string[] {
  const settings = config?.settings ?? [];
  const isShared = ({ scope, key }: Setting) => {
    if (scope === 'plugin') return true;
    if (key === 'module' || choosesTargets.has(key) || comparedByMypy.has(key)) return false;
    return !(comparedSince120.has(key) && isAtLeast(mypy, 1, 20));
  };
  return settings.filter(isShared).map((setting) => textOf(setting, settings));
}

/** Which modules a setting is for is part of what it says. */
function textOf(setting: Setting, all: readonly Setting[]): string {
  if (setting.scope !== 'module') return setting.text;
  const modules = all.filter(({ section, key }) => section === setting.section && key === 'module');
  const heading = setting.section.replace(/#\d+$/, '');
  return [heading, ...modules.map(({ text }) => text), setting.text].join('\n');
}

/** In `PER_MODULE_OPTIONS` or `OPTIONS_AFFECTING_CACHE` of every mypy from 1.0 to 2.4 that has them. */
const comparedByMypy: ReadonlySet<string> = new Set(
  wordsIn(`
    allow_redefinition allow_untyped_globals always_false always_true check_untyped_defs disable_error_code
    disallow_any_decorated disallow_any_explicit disallow_any_expr disallow_any_generics disallow_any_unimported
    disallow_incomplete_defs disallow_subclassing_any disallow_untyped_calls disallow_untyped_decorators
    disallow_untyped_defs enable_error_code extra_checks ignore_errors implicit_optional implicit_reexport
    local_partial_types no_implicit_optional no_implicit_reexport no_strict_optional strict_concatenate
    strict_equality strict_equality_for_none strict_optional warn_no_return warn_return_any warn_unreachable
    warn_unused_ignores
  `),
);

/**
 * Set for a module, these decide about errors in the modules that import it. Before 1.20 (`suppressed_deps_opts`) the
 * metas of those say nothing of it: with `ignore_missing_imports` taken back, a warm cache still answers "Success".
 */
const comparedSince120: ReadonlySet<string> = new Set(
  wordsIn('follow_imports follow_imports_for_stubs follow_untyped_imports ignore_missing_imports'),
);

const choosesTargets: ReadonlySet<string> = new Set(
  wordsIn('exclude exclude_gitignore files modules packages'),
);

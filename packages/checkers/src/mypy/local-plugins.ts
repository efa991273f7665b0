import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Invocation } from '../checker-profile.js';
import type { MypyConfig } from './mypy-config.js';

/** More than any plugin has; beyond it a folder is no plugin's own. */
const maxFiles = 2000;

/**
 * A digest of the code of plugins that lie in the project, for the context. mypy notices a change of the file that it is
 * pointed to, and not of what that imports: two checkouts with different helpers would share what neither may believe of
 * the other. Taken for the plugin's own is its package, or the files beside it. `undefined` where no plugin is local; the
 * installed ones have a version, which mypy compares.
 */
export function digestOfLocalPlugins(
  config: MypyConfig | undefined,
  { cwd, env }: Pick<Invocation, 'cwd' | 'env'>,
): string | undefined {
  if (!config) return undefined;
  const bases = [cwd, dirname(config.file), join(cwd, 'src'), ...(env['PYTHONPATH'] ?? '').split(delimiter)];
  const folders = [...new Set(bases.filter(Boolean).map((base) => resolve(cwd, base)))];
  const files = pluginsOf(config).flatMap((plugin) => folders.flatMap((folder) => codeOf(plugin, folder)));
  const unique = [...new Set(files)].sort();
  if (unique.length === 0) return undefined;
  const hash = createHash('sha256');
  for (const file of unique) hash.update(digestOfFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** `pkg.plugin`, `pkg.plugin:entry` and `tools/plugin.py`, in the ini's and in TOML's spelling. */
function pluginsOf({ settings }: MypyConfig): readonly string[] {
  const texts = settings.filter(({ key }) => key === 'plugins').map(({ text }) => text);
  const words = texts.flatMap((text) => text.slice(text.indexOf('=') + 1).split(/[\s,"'[\]]+/));
  return words.map((word) => word.replace(/:\w+$/, '')).filter((word) => word !== '');
}

function codeOf(plugin: string, base: string): readonly string[] {
  if (plugin.endsWith('.py')) {
    const file = resolve(base, plugin);
    return isFile(file) ? sourcesIn(dirname(file), false) : [];
  }
  const [top] = plugin.split('.') as [string];
  if (isFolder(join(base, top))) return sourcesIn(join(base, top), true);
  return isFile(join(base, `${top}.py`)) ? sourcesIn(base, false) : [];
}

function sourcesIn(folder: string, recursive: boolean): readonly string[] {
  try {
    const names = readdirSync(folder, { recursive, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.py'))
      .slice(0, maxFiles)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function digestOfFile(file: string): Uint8Array {
  try {
    return createHash('sha256').update(readFileSync(file)).digest();
  } catch {
    return new Uint8Array();
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

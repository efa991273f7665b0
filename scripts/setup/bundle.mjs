import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fewRedisCommands } from './few-redis-commands.mjs';
import { root } from './paths.mjs';

const requireForBundledPackages =
  "import { createRequire as createRequireHere } from 'node:module'; const require = createRequireHere(import.meta.url);";

/**
 * Bundles the compiled command into a few files, a verb each: loading 120 small modules costs every check 40 ms, loading
 * these 3 ms. Asked for when it is called, because it must be installed first.
 */
export async function bundle() {
  const { build } = await import('esbuild');
  const cli = join(root, 'packages', 'cli', 'dist');
  const folder = join(cli, 'bundle');
  const checkers = join(root, 'packages', 'checkers', 'dist', 'src');
  const { metafile } = await build({
    // A worker is started by the name of its file, beside whatever starts it.
    entryPoints: {
      main: join(cli, 'src', 'main.js'),
      'mistaken-units-worker': join(checkers, 'mypy', 'mistaken-units-worker.js'),
    },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // For the packages among them that are CommonJS and ask for a module of Node's.
    banner: { js: requireForBundledPackages },
    // Holds a native addon, which is found by its place in the package.
    external: ['fs-native-extensions'],
    plugins: [fewRedisCommands],
    logLevel: 'warning',
    metafile: true,
  });
  // Afterwards, so that a check which runs meanwhile finds its files.
  const current = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of readdirSync(folder)) {
    if (!current.has(name)) rmSync(join(folder, name));
  }
}

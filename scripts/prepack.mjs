import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, runMain } from './setup/say.mjs';

/**
 * What `npm pack` and `npm publish` start first, in the package's folder: what was compiled of a source that is gone by now must not be
 * published, and neither must a package that was not built.
 */
await runMain(() => {
  const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
  const missing = files.find((/** @type {string} */ name) => !existsSync(name));
  if (missing !== undefined) throw new SetupError(`${missing} is not there: run \`npm run build\` first`);
  if (files.includes('dist/src')) removeStale(join('dist', 'src'), 'src');
  return 0;
});

/**
 * @param {string} compiled
 * @param {string} sources
 */
function removeStale(compiled, sources) {
  for (const path of readdirSync(compiled, { recursive: true, encoding: 'utf8' })) {
    const [, stem] = /^(.*?)(?:\.d\.ts|\.js|\.js\.map)$/.exec(path) ?? [];
    if (stem !== undefined && !existsSync(join(sources, `${stem}.ts`))) rmSync(join(compiled, path));
  }
}

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig, openCache } from '@cleanmiss/open-cache';
import { linters } from './src/facts.mjs';
import { lint } from './src/lint.mjs';

const { values, positionals } = parseArgs({
  options: { linter: { type: 'string', default: '2.0.0' } },
  allowPositionals: true,
});
const version = Object.keys(linters).find((each) => each === values.linter);
const [folder] = positionals;
if (version === undefined || folder === undefined)
  throw new Error('usage: linter.mjs [--linter 1.0.0|2.0.0] FOLDER');

// Where its cache is says the environment, as for the command: CLEANMISS_LOCAL, CLEANMISS_REMOTE, CLEANMISS_MODE.
const config = loadConfig({ root: folder, cwd: process.cwd(), env: process.env, flags: {} });
const opened = openCache(config, {
  writer: `example-typescript-linter ${version}`,
  syncMetas: false,
  events: (event) => {
    if (event.type === 'degraded') console.error(`warning: ${event.operation}: ${event.error}`);
  },
});
const startedMs = performance.now();
const { findings, modules, misses } = await lint({
  cache: opened.cache,
  version: /** @type {keyof typeof linters} */ (version),
  sources: readSources(folder),
});
const tookMs = Math.round(performance.now() - startedMs);
for (const finding of findings) console.log(finding);
console.error(
  JSON.stringify({ version, modules, hits: modules - misses, misses, findings: findings.length, tookMs }),
);
await opened.upload();
opened.close();

/** @param {string} root */
function readSources(root) {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const modules = paths.filter((path) => /^(?!.*\.d\.ts$).*\.ts$/.test(path)).sort();
  return new Map(modules.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]));
}

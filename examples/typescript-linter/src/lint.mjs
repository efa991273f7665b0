import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { collectFacts } from './facts.mjs';
import { judge } from './rules.mjs';

/** @typedef {import('./facts.mjs').Facts} Facts */

/** A parser that reads a module otherwise is another linter. Asked of its package: to load it takes longer than a warm run. */
const parser = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.resolve('typescript')), 'utf8'),
).version;

/**
 * Lints a project, with the facts of all modules that it has seen before from the cache.
 *
 * @param {object} project
 * @param {import('@cleanmiss/open-cache').Cache} project.cache
 * @param {keyof typeof import('./facts.mjs').linters} project.version
 * @param {ReadonlyMap<string, string>} project.sources by path
 */
export async function lint({ cache, version, sources }) {
  const paths = [...sources.keys()];
  // No path: what a module says is the same wherever it stands, on every machine.
  const keys = [...sources.values()].map((source) => {
    return { checker: 'example-typescript-linter', version, parser, source: sha256(source) };
  });
  const found = await cache.getMany(keys);

  /** @type {Map<string, Facts>} */
  const modules = new Map();
  const fresh = [];
  for (const [i, path] of paths.entries()) {
    const result = /** @type {import('@cleanmiss/open-cache').CacheResult} */ (found[i]);
    const kept = result.hit ? result.blobs.get('facts') : undefined;
    if (kept) {
      modules.set(path, JSON.parse(Buffer.from(kept).toString()));
      continue;
    }
    const { default: ts } = await import('typescript');
    const facts = collectFacts(ts, version, /** @type {string} */ (sources.get(path)));
    modules.set(path, facts);
    fresh.push({
      key: /** @type {(typeof keys)[number]} */ (keys[i]),
      blobs: { facts: Buffer.from(JSON.stringify(facts)) },
      attributes: { exports: facts.exports.length, findings: facts.findings.length },
    });
  }
  await cache.putMany(fresh);
  return { findings: judge(modules), modules: paths.length, misses: fresh.length };
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Lints the sources of cleanmiss itself by two versions of the linter at once, on one store.
 *
 * usage: node try.mjs [REDIS-URL]
 */
const remote = process.argv[2];
const work = mkdtempSync(join(tmpdir(), 'cleanmiss-linter-'));
try {
  const project = join(work, 'project');
  copySources(fileURLToPath(new URL('../../packages', import.meta.url)), project);
  const [one, other] = [join(work, 'machine'), join(work, 'other-machine')];

  const alone = await both('without a cache', { CLEANMISS_LOCAL: one, CLEANMISS_MODE: 'off' });
  const cold = await both('cold', { CLEANMISS_LOCAL: one });
  const warm = await both('warm', { CLEANMISS_LOCAL: one });
  assert.deepEqual(answers(cold), answers(alone));
  assert.deepEqual(answers(warm), answers(alone));
  assert.notDeepEqual(answers(alone)[0], answers(alone)[1], 'the versions answer alike: this shows nothing');
  for (const { stats } of cold) assert.equal(stats.hits, 0);
  for (const { stats } of warm) assert.equal(stats.misses, 0);

  // One module changes, and there is something to say of others, which have not.
  const changed = join(project, 'core/fail-open.ts');
  const [before, after] = [/^export async function failOpen/m, '/** @deprecated take another */\n$&'];
  writeFileSync(changed, readFileSync(changed, 'utf8').replace(before, after));
  const more = await both('one module changed', { CLEANMISS_LOCAL: one });
  assert.deepEqual(
    answers(more),
    answers(await both('without a cache', { CLEANMISS_LOCAL: one, CLEANMISS_MODE: 'off' })),
  );
  for (const { stats, lines } of more) {
    assert.equal(stats.misses, 1);
    assert.ok(lines.some((line) => /^core\/tiered-cache\.ts:.* deprecated failOpen/.test(line)));
  }

  if (remote) {
    const elsewhere = await both('on another machine', { CLEANMISS_LOCAL: other });
    assert.deepEqual(answers(elsewhere), answers(more));
    for (const { stats } of elsewhere) assert.equal(stats.misses, 0);
  }

  /**
   * @param {string} what
   * @param {Record<string, string>} env
   */
  async function both(what, env) {
    const runs = await Promise.all(['1.0.0', '2.0.0'].map((version) => runLinter(version, project, env)));
    for (const { stats } of runs)
      console.log(
        `${what}: ${stats.version} ${stats.hits} hits, ${stats.misses} misses, ${stats.findings} findings, ${stats.tookMs} ms`,
      );
    return runs;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @param {{ lines: string[] }[]} runs */
function answers(runs) {
  return runs.map(({ lines }) => lines);
}

/**
 * @param {string} version
 * @param {string} project
 * @param {Record<string, string>} env
 * @returns {Promise<{ lines: string[], stats: { version: string, hits: number, misses: number, findings: number, tookMs: number } }>}
 */
async function runLinter(version, project, env) {
  const linter = fileURLToPath(new URL('linter.mjs', import.meta.url));
  const child = spawn(process.execPath, [linter, '--linter', version, project], {
    env: { ...process.env, ...(remote ? { CLEANMISS_REMOTE: remote } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0 || !said.startsWith('{')) throw new Error(`the linter failed (${code}):\n${said}`);
  return { lines: out.split('\n').filter(Boolean), stats: JSON.parse(said) };
}

/**
 * @param {string} packages
 * @param {string} project
 */
function copySources(packages, project) {
  mkdirSync(project);
  for (const name of readdirSync(packages))
    cpSync(join(packages, name, 'src'), join(project, name), { recursive: true });
}

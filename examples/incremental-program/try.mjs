import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCache } from '@cleanmiss/open-cache';
import { check } from './src/check.mjs';

/** Checks cleanmiss's core in one checkout, and then in another that stands elsewhere. */
const repository = fileURLToPath(new URL('../../', import.meta.url));
const work = realpathSync(mkdtempSync(join(tmpdir(), 'cleanmiss-program-')));
try {
  const { cache } = openCache({ local: join(work, 'store') });
  const { cache: none } = openCache({ local: join(work, 'store'), mode: 'off' });
  const [one, other] = [checkout('one'), checkout('somewhere/else/another')];

  const cold = await tell('the first checkout', one);
  assert.equal(cold.outcome, 'nothing');
  assert.ok(cold.checked > 40, `${cold.checked}`);

  const warm = await tell('another checkout', other);
  assert.deepEqual([warm.outcome, warm.checked], ['these sources', 0]);

  // A changed type, and what follows from it in modules that have not changed.
  const digest = join(other, 'src/digest.ts');
  writeFileSync(digest, readFileSync(digest, 'utf8').replace('bytes: Uint8Array', 'bytes: Uint16Array'));
  const changed = await tell('one module changed', other);
  assert.equal(changed.outcome, 'the latest');
  assert.ok(changed.checked > 0 && changed.checked < cold.checked);
  assert.ok(changed.lines.some((line) => line.startsWith('src/blob-ref.ts')));

  // The errors are in the build info too.
  const again = await tell('the same once more', other);
  assert.deepEqual([again.outcome, again.checked], ['these sources', 0]);
  const undone = await tell('the first checkout again', one);
  assert.deepEqual([undone.outcome, undone.checked, undone.lines], ['these sources', 0, cold.lines]);

  const options = { noUnusedParameters: false, strict: false };
  const looser = await tell('with other options', one, options);
  assert.equal(looser.outcome, 'nothing');

  /**
   * Checks with the cache and without it, and compares.
   *
   * @param {string} what
   * @param {string} root
   * @param {import('typescript').CompilerOptions} [options]
   */
  async function tell(what, root, options) {
    const startedMs = performance.now();
    const result = await check(root, cache, options);
    const tookMs = Math.round(performance.now() - startedMs);
    const alone = await check(root, none, options);
    assert.deepEqual(result.lines, alone.lines);
    console.log(
      `${what}: from ${result.outcome}, ${result.checked} of ${result.files} files checked, ${result.lines.length} errors, ${tookMs} ms`,
    );
    return result;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** @param {string} name */
function checkout(name) {
  const root = join(work, name);
  mkdirSync(root, { recursive: true });
  cpSync(join(repository, 'packages/core/src'), join(root, 'src'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const base = JSON.parse(readFileSync(join(repository, 'tsconfig.base.json'), 'utf8'));
  const { strict, target, lib, module, moduleResolution, types, skipLibCheck } = base.compilerOptions;
  const compilerOptions = { strict, target, lib, module, moduleResolution, types, skipLibCheck };
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  return root;
}

import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import {
  assertSameAnswer,
  assertStoreIsClean,
  check,
  cleanmiss,
  coldAnswer,
  copyProject,
  findTools,
  flip,
  storedFilesOf,
  TemporaryDirectory,
  writeProject,
  type Ended,
  type StoredKind,
} from './support/index.js';

type Damage = readonly [
  name: string,
  apply: (file: string, other: string) => void,
  /** What it is done to in the short `npm test`. */
  inBrief?: readonly StoredKind[],
];

const quick = process.env['CLEANMISS_LONG'] !== '1';

const damages: readonly Damage[] = [
  ['its first byte flipped', (file) => flip(file, 0)],
  ['a byte in its middle flipped', (file) => flip(file, 0.5), ['blob', 'ref']],
  ['its last byte flipped', (file) => flip(file, 1)],
  [
    'cut off in its middle',
    (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
    ['manifest page'],
  ],
  ['emptied', (file) => writeFileSync(file, '')],
  ['replaced by another valid one', (file, other) => copyFileSync(other, file), ['snapshot meta']],
  ['grown by a byte', (file) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]))],
  ['removed', (file) => rmSync(file), ['blob']],
];

const reasons: Readonly<Record<StoredKind, RegExp>> = {
  blob: /^blob-(?:corrupt|missing)$/,
  'manifest page': /^blob-(?:corrupt|missing)$/,
  'snapshot meta': /^(?:meta-corrupt|unknown-format|absent)$/,
  ref: /^(?:meta-corrupt|unknown-format|absent)$/,
};

describe('a damaged store', () => {
  const directory = new TemporaryDirectory();
  const pristine = join(directory.path, 'pristine');
  const source = join(directory.path, 'project');
  const { mypy } = findTools();
  const command = [mypy.command, 'a.py'];
  let expected: Ended;

  before(async () => {
    writeProject(source, { 'a.py': 'import json\nx: int = json.dumps(1)\n' });
    expected = await coldAnswer(mypy, ['a.py'], source, join(directory.path, 'cache'));
    await check(command, { cwd: source, store: pristine });
  });

  for (const target of Object.keys(reasons) as readonly StoredKind[]) {
    const tried = quick ? damages.filter(([, , inBrief]) => inBrief?.includes(target)) : damages;
    for (const [name, apply] of tried) {
      it(`with a ${target} ${name} is a miss with its reason, and the next run repairs it`, async () => {
        using place = new TemporaryDirectory();
        // Named alike, so that they are one project.
        const [store, one, other] = ['store', 'one/project', 'other/project'].map((part) =>
          join(place.path, part),
        ) as [string, string, string];
        cpSync(pristine, store, { recursive: true });
        for (const project of [one, other]) copyProject(source, project);
        for (const [file, valid] of await storedFilesOf(store, target)) apply(file, valid);
        const damaged = await check(command, { cwd: one, store });
        assertSameAnswer(damaged, expected, 'on the damaged store');
        assert.match(damaged.report.reason ?? '', reasons[target]);
        assert.deepEqual(damaged.report.degraded, []);
        const repaired = await check(command, { cwd: other, store });
        assertSameAnswer(repaired, expected, 'on the repaired store');
        assert.equal(repaired.report.outcome, 'hit', JSON.stringify(repaired.report));
        // A damaged meta that nothing leads to any more lies about until somebody looks at the whole store.
        if (target === 'snapshot meta') await cleanmiss(['verify', '--local', store]);
        await assertStoreIsClean(store);
      });
    }
  }

  it('is said to be damaged by verify, which sets the damage aside', async () => {
    using place = new TemporaryDirectory();
    const store = join(place.path, 'store');
    cpSync(pristine, store, { recursive: true });
    for (const target of ['blob', 'snapshot meta'] as const) {
      for (const [file] of (await storedFilesOf(store, target)).slice(0, 1)) flip(file, 0.5);
    }
    const first = await cleanmiss(['verify', '--json', '--local', store]);
    assert.equal(first.code, 1);
    const report = JSON.parse(first.stdout) as Readonly<Record<string, number>>;
    assert.deepEqual([report['corruptBlobs'], report['corruptMetas']], [1, 1]);
    assert.equal((await cleanmiss(['verify', '--local', store])).code, 0);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { keyHashOf } from '@cleanmiss/core';
import { ProjectRegistry, refuseStrangeRoot } from '../src/project-registry.js';
import { tidyProjects } from '../src/project-upkeep.js';
import { leaseSlot } from '../src/slot-store.js';
import { temporaryDirectory } from './node-process.js';

const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;
const contextHash = keyHashOf({ version: 1 });
const late = { olderThanMs: 1000, clock: { now: () => 2e12 } };

test('where no project was ever written down there is nothing to do', () => {
  const registry = new ProjectRegistry(join(temporaryDirectory(), 'projects'));
  assert.deepEqual(tidyProjects(registry, late), { removedSlots: [], forgottenProjects: [], trouble: [] });
});

test('a store that is not there yet is not made', () => {
  const local = join(temporaryDirectory(), 'store');
  assert.throws(() => new ProjectRegistry(join(local, 'projects')).add('/project'), { code: 'ENOENT' });
  assert.equal(existsSync(local), false);
});

test('the unused slots of every project are removed, and no others', async () => {
  const { registry } = place();
  const [unused, used] = [await projectUsedAt(0), await projectUsedAt(2e12)];
  for (const root of [unused, used]) registry.add(root);
  const dry = tidyProjects(registry, { ...late, dryRun: true });
  assert.equal(slotsIn(unused).length, 1);
  const tidied = tidyProjects(registry, late);
  assert.deepEqual(
    tidied.removedSlots.map(({ directory }) => dirname(dirname(directory))),
    [join(unused, '.cleanmiss', 'slots')],
  );
  assert.deepEqual(tidied, dry);
  assert.deepEqual([slotsIn(unused).length, slotsIn(used).length], [0, 1]);
  assert.deepEqual([...registry.roots()].sort(), [unused, used].sort());
});

test('a project that is written down twice is there once', async () => {
  const { registry, directory } = place();
  const root = await projectUsedAt(0);
  registry.add(root);
  const [name] = readdirSync(directory);
  const before = readFileSync(join(directory, name!), 'utf8');
  registry.add(root);
  assert.deepEqual(readdirSync(directory), [name]);
  assert.equal(readFileSync(join(directory, name!), 'utf8'), before);
});

test('a project that is gone, or has no state left, is forgotten, but not by a dry run', async () => {
  const { registry, directory } = place();
  const [gone, empty, file, kept] = [
    temporaryDirectory(),
    temporaryDirectory(),
    temporaryDirectory(),
    await projectUsedAt(0),
  ];
  for (const root of [gone, empty, file, kept]) registry.add(root);
  for (const root of [gone, file]) rmSync(root, { recursive: true });
  writeFileSync(file, 'no folder any more');
  const forgotten = [gone, empty, file].sort();
  const { forgottenProjects } = tidyProjects(registry, { ...late, dryRun: true });
  assert.deepEqual([...forgottenProjects].sort(), forgotten);
  assert.equal(readdirSync(directory).length, 4);
  assert.deepEqual([...tidyProjects(registry, late).forgottenProjects].sort(), forgotten);
  assert.deepEqual(registry.roots(), [kept]);
});

/** What somebody may have written in place of a project's root, and what it leads to. */
const strangeRoots: readonly (readonly [string, (root: string) => string])[] = [
  ['a link to the project', linkTo],
  ['a path through a link', (root) => join(linkTo(dirname(root)), basename(root))],
  ['a relative path', (root) => relative(process.cwd(), root)],
  ['a path with dots in it', (root) => `${root}/../${basename(root)}`],
];

for (const [what, strange] of strangeRoots) {
  test(`${what} in place of a root is no reason to remove anything`, { skip: isWindows }, async () => {
    const { registry } = place();
    const root = await projectUsedAt(0);
    registry.add(strange(root));
    const { removedSlots, trouble } = tidyProjects(registry, late);
    assert.deepEqual(removedSlots, []);
    assert.match(trouble.join(), /is not the root of a project/);
    assert.equal(slotsIn(root).length, 1);
  });
}

test('the root of all files is no project, even where it has a state', () => {
  for (const root of ['/', '//', '', '.']) {
    assert.throws(() => refuseStrangeRoot(root), {
      name: 'CacheError',
      message: /is not the root of a project/,
    });
  }
});

for (const level of ['', '.cleanmiss', '.cleanmiss/slots']) {
  const what = level || 'the root';
  test(
    `another user’s folder in place of ${what} is left as it is`,
    { skip: !isRoot && 'only root can give files away' },
    async () => {
      const { registry } = place();
      const [root, other] = [await projectUsedAt(0), await projectUsedAt(0)];
      for (const each of [root, other]) registry.add(each);
      chownSync(join(root, level), 12345, 12345);
      const { removedSlots, trouble } = tidyProjects(registry, late);
      assert.match(trouble.join(), /another user/);
      assert.equal(slotsIn(root).length, 1);
      assert.equal(removedSlots.length, 1, 'and the other project’s are removed');
    },
  );
}

for (const level of [
  '.cleanmiss',
  '.cleanmiss/slots',
  '.cleanmiss/slots/context',
  '.cleanmiss/slots/context/0',
  '.cleanmiss/slots/context/0.lock',
]) {
  test(`a link in place of ${level} is not followed`, { skip: isWindows }, async () => {
    const { registry } = place();
    const root = await projectUsedAt(0);
    const path = join(root, level.replace('context', contextName));
    const elsewhere = join(temporaryDirectory(), 'elsewhere');
    renameSync(path, elsewhere);
    writeFileSync(`${elsewhere}-slot.json`, 'theirs');
    const before = readdirSync(dirname(elsewhere), { recursive: true });
    symlinkSync(elsewhere, path);
    registry.add(root);
    assert.deepEqual(tidyProjects(registry, late).removedSlots, []);
    assert.deepEqual(readdirSync(dirname(elsewhere), { recursive: true }), before);
  });
}

test('what is not understood among the projects is passed over and left', async () => {
  const { registry, directory } = place();
  const root = await projectUsedAt(0);
  registry.add(root);
  const [name] = readdirSync(directory);
  const text = readFileSync(join(directory, name!), 'utf8');
  rmSync(join(directory, name!));
  const contents: readonly (readonly [string, string])[] = [
    ['another-name.json', text],
    [name!.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), text],
    [`${'0'.repeat(32)}.json`, '{"format":1}'],
    [`${'1'.repeat(32)}.json`, '{"format":1,"root":7}'],
    [`${'2'.repeat(32)}.json`, 'no JSON'],
  ];
  for (const [file, content] of contents) writeFileSync(join(directory, file), content);
  mkdirSync(join(directory, `${'3'.repeat(32)}.json`));
  writeFileSync(join(directory, name!), text.replace('"format":1', '"format":2'));
  assert.deepEqual(tidyProjects(registry, late), { removedSlots: [], forgottenProjects: [], trouble: [] });
  assert.equal(slotsIn(root).length, 1);
  assert.equal(readdirSync(directory).length, contents.length + 2);
});

test('what was planted among the projects is neither waited for, nor followed, nor read to no end', (t) => {
  if (isWindows) {
    t.skip('Windows has no pipes in folders');
    return;
  }
  const { registry, directory } = place();
  const elsewhere = join(temporaryDirectory(), 'elsewhere');
  registry.add(temporaryDirectory());
  const link = readdirSync(directory)[0]!;
  renameSync(join(directory, link), elsewhere);
  symlinkSync(elsewhere, join(directory, link));
  registry.add(temporaryDirectory());
  const long = readdirSync(directory).find((name) => name !== link)!;
  // It would be understood.
  writeFileSync(join(directory, long), ' '.repeat(64 * 1024), { flag: 'a' });
  for (const name of ['x.json', `${'4'.repeat(32)}.json`]) execFileSync('mkfifo', [join(directory, name)]);
  const endless = join(directory, `${'5'.repeat(32)}.json`);
  writeFileSync(endless, '');
  truncateSync(endless, 2 ** 40);
  assert.deepEqual(tidyProjects(registry, late), { removedSlots: [], forgottenProjects: [], trouble: [] });
});

test('a link in place of the folder of projects is said, and neither read nor written through', async (t) => {
  if (isWindows) {
    t.skip('links want privileges on Windows');
    return;
  }
  const { registry, directory } = place();
  const root = await projectUsedAt(0);
  registry.add(root);
  const elsewhere = join(temporaryDirectory(), 'elsewhere');
  renameSync(directory, elsewhere);
  symlinkSync(elsewhere, directory);
  const { removedSlots, trouble } = tidyProjects(registry, late);
  assert.deepEqual(removedSlots, []);
  assert.match(trouble.join(), /projects is a symbolic link; remove it/);
  assert.throws(() => {
    registry.add(temporaryDirectory());
  }, /projects is a symbolic link/);
  assert.equal(readdirSync(elsewhere).length, 1);
});

const contextName = `mypy-${contextHash.slice(0, 12)}`;

function place() {
  const directory = join(temporaryDirectory(), 'projects');
  mkdirSync(directory);
  return { directory, registry: new ProjectRegistry(directory) };
}

/** A project with one slot that was last used then. */
async function projectUsedAt(ms: number): Promise<string> {
  const root = temporaryDirectory();
  const slot = await leaseSlot({ root, checker: 'mypy', contextHash, clock: { now: () => ms } });
  writeFileSync(join(slot.stateDir, 'a'), '');
  slot.lease.release();
  return root;
}

function slotsIn(root: string): readonly string[] {
  const context = join(root, '.cleanmiss', 'slots', contextName);
  return existsSync(context) ? readdirSync(context).filter((name) => !name.endsWith('.lock')) : [];
}

function linkTo(path: string): string {
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(path, link);
  return link;
}

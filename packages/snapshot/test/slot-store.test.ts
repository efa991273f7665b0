import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { keyHashOf } from '@cleanmiss/core';
import { leaseSlot, maxSlotsPerContext, type LeasedSlot } from '../src/slot-store.js';
import { isSlotLeased, listSlots, removeUnusedSlots } from '../src/slot-upkeep.js';
import { moduleUrl, NodeProcess, temporaryDirectory } from './node-process.js';

const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;
const contextHash = keyHashOf({ version: 1 });

/** The parts of the path to a state, outermost first. */
const levels = ['.cleanmiss', 'slots', `mypy-${contextHash.slice(0, 12)}`, '0', 'state'];

for (const [depth, level] of levels.entries()) {
  test(
    `a link in place of ${level} is refused, and nothing is written behind it`,
    { skip: isWindows },
    async () => {
      const root = temporaryDirectory();
      const elsewhere = temporaryDirectory();
      const path = join(root, ...levels.slice(0, depth + 1));
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(elsewhere, path);
      await assert.rejects(lease(root), { name: 'CacheError', message: /is a symbolic link/ });
      assert.deepEqual(readdirSync(elsewhere), []);
    },
  );

  test(`another user’s folder in place of ${level} is refused`, { skip: !isRoot }, async () => {
    const root = temporaryDirectory();
    const path = join(root, ...levels.slice(0, depth + 1));
    mkdirSync(path, { recursive: true });
    chownSync(path, 12345, 12345);
    await assert.rejects(lease(root), {
      name: 'CacheError',
      message: /belongs to another user \(uid 12345\)/,
    });
  });
}

test('a slot that is refused is free again', { skip: isWindows }, async () => {
  const root = temporaryDirectory();
  const state = join(root, ...levels);
  mkdirSync(dirname(state), { recursive: true });
  symlinkSync(root, state);
  await assert.rejects(lease(root), { name: 'CacheError' });
  rmSync(state);
  const slot = await lease(root);
  assert.equal(slot.number, 0);
  slot.lease.release();
});

test(
  'a project that cannot be written to rejects with the file system’s own error',
  { skip: isWindows },
  async (t) => {
    const root = temporaryDirectory();
    chmodSync(root, 0o555);
    // Nothing is forbidden to the super-user.
    const script = `import { leaseSlot } from '${moduleUrl('slot-store.js')}';
    if (process.getuid() === 0) process.setuid(12345);
    const [, root, contextHash] = process.argv;
    leaseSlot({ root, checker: 'mypy', contextHash }).catch(({ code }) => process.send(code));`;
    assert.equal(await new NodeProcess(t, script, { args: [root, contextHash] }).message(), 'EACCES');
  },
);

test(
  'a project root that is no folder rejects with the file system’s own error',
  { skip: isWindows },
  async () => {
    const root = join(temporaryDirectory(), 'file');
    writeFileSync(root, '');
    await assert.rejects(lease(root), { code: 'ENOTDIR' });
  },
);

test('a project root that is not there rejects with the file system’s own error', async () => {
  await assert.rejects(lease(join(temporaryDirectory(), 'gone')), { code: 'ENOENT' });
});

test('when all slots are in use there is an error that says so', async () => {
  const root = temporaryDirectory();
  const slots: LeasedSlot[] = [];
  for (let number = 0; number < maxSlotsPerContext; number += 1) slots.push(await lease(root));
  assert.equal(new Set(slots.map(({ number }) => number)).size, maxSlotsPerContext);
  await assert.rejects(lease(root), { name: 'CacheError', message: /all 256 slots in .* are in use/ });
  for (const slot of slots) slot.lease.release();
});

for (const checker of ['', '..', 'a/b', 'a\\b', '.hidden']) {
  test(`a checker named ${JSON.stringify(checker)} is a bad option`, async () => {
    const options = { root: temporaryDirectory(), checker, contextHash };
    await assert.rejects(leaseSlot(options), { code: 'ERR_INVALID_OPTION', message: /^checker: / });
  });
}

test('a context that is no hash is a bad option', async () => {
  const options = { root: temporaryDirectory(), checker: 'mypy', contextHash: '../../..' };
  await assert.rejects(leaseSlot(options), { code: 'ERR_INVALID_OPTION', message: /^contextHash: / });
});

test('eight processes at once get eight different slots', async (t) => {
  const root = temporaryDirectory();
  const processes = Array.from(
    { length: 8 },
    () => new NodeProcess(t, holder, { args: [root, contextHash] }),
  );
  await Promise.all(processes.map((process) => process.message()));
  for (const process of processes) process.send('now');
  const numbers = await Promise.all(processes.map((process) => process.message()));
  assert.deepEqual(numbers.sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('the slot of a killed process is the next one’s, with what was left in it', async (t) => {
  const root = temporaryDirectory();
  const killed = new NodeProcess(t, holder, { args: [root, contextHash] });
  await killed.message();
  killed.send('now');
  assert.equal(await killed.message(), 0);
  writeFileSync(join(root, ...levels, 'half'), 'writ');
  await killed.kill();
  const slot = await lease(root);
  assert.equal(slot.number, 0);
  assert.deepEqual(readdirSync(slot.stateDir), ['half']);
  slot.lease.release();
});

/** Leases a slot when told to, and keeps it until it is killed. */
const holder = `import { leaseSlot } from '${moduleUrl('slot-store.js')}';
  const [, root, contextHash] = process.argv;
  process.on('message', async () => {
    globalThis.slot = await leaseSlot({ root, checker: 'mypy', contextHash });
    process.send(slot.number);
  });
  process.send('ready');`;

test('the lowest free slot is taken', async () => {
  const root = temporaryDirectory();
  const [first, second, third] = [await lease(root), await lease(root), await lease(root)];
  first.lease.release();
  second.lease.release();
  const next = await lease(root);
  assert.equal(next.number, 0);
  next.lease.release();
  third.lease.release();
});

test('another context and another checker have slots of their own', async () => {
  const root = temporaryDirectory();
  const others = [{ contextHash: keyHashOf({ version: 2 }) }, { checker: 'tsc' }, {}];
  const slots = await Promise.all(
    others.map((other) => leaseSlot({ root, checker: 'mypy', contextHash, ...other })),
  );
  assert.deepEqual(
    slots.map(({ number }) => number),
    [0, 0, 0],
  );
  assert.equal(new Set(slots.map(({ directory }) => directory)).size, 3);
  for (const slot of slots) slot.lease.release();
});

test('a slot is where the layout says, and for its owner alone', { skip: isWindows }, async () => {
  const root = temporaryDirectory();
  const slot = await lease(root);
  const directory = join(root, ...levels.slice(0, 4));
  assert.equal(slot.directory, directory);
  assert.equal(slot.stateDir, join(directory, 'state'));
  assert.equal(slot.recordPath, join(directory, 'slot.json'));
  assert.equal(slot.indexPath, join(directory, 'index.jsonl'));
  for (const depth of levels.keys()) {
    assert.equal(statSync(join(root, ...levels.slice(0, depth + 1))).mode & 0o777, 0o700);
  }
  slot.lease.release();
});

test('neither git nor backups take notice of slots', async () => {
  const root = temporaryDirectory();
  (await lease(root)).lease.release();
  assert.equal(readFileSync(join(root, '.cleanmiss', '.gitignore'), 'utf8'), '*\n');
  const tag = readFileSync(join(root, '.cleanmiss', 'CACHEDIR.TAG'), 'utf8');
  assert.ok(tag.startsWith('Signature: 8a477f597d28d172789f06886806bc55\n'));
});

test('a slot in use is never removed, however old', async () => {
  const root = temporaryDirectory();
  const slot = await lease(root, 0);
  assert.deepEqual(removeUnusedSlots(root, { olderThanMs: 0, clock: at(1e15) }), []);
  assert.ok(existsSync(slot.stateDir));
  slot.lease.release();
});

test('a slot used lately is not removed', async () => {
  const root = temporaryDirectory();
  (await lease(root, 5000)).lease.release();
  assert.deepEqual(removeUnusedSlots(root, { olderThanMs: 1000, clock: at(6000) }), []);
  assert.equal(listSlots(root).length, 1);
});

test('removing a slot does not follow a link in its state', { skip: isWindows }, async () => {
  const root = temporaryDirectory();
  const elsewhere = temporaryDirectory();
  writeFileSync(join(elsewhere, 'precious'), '');
  const slot = await lease(root, 0);
  symlinkSync(elsewhere, join(slot.stateDir, 'link'));
  slot.lease.release();
  assert.equal(removeUnusedSlots(root, { olderThanMs: 0, clock: at(1) }).length, 1);
  assert.deepEqual(readdirSync(elsewhere), ['precious']);
});

test('a removal that is killed half-way leaves a slot without a record', async (t) => {
  const root = temporaryDirectory();
  const slot = await lease(root, 0);
  writeFileSync(slot.recordPath, '{}');
  slot.lease.release();
  const remover = new NodeProcess(t, killedAtFirstRemoval, { args: [root] });
  await remover.exit();
  assert.ok(existsSync(slot.stateDir));
  assert.equal(existsSync(slot.recordPath), false);
});

const killedAtFirstRemoval = `import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { rmSync } = fs;
  fs.rmSync = (path, options) => {
    rmSync(path, options);
    process.kill(process.pid, 'SIGKILL');
  };
  syncBuiltinESMExports();
  const { removeUnusedSlots } = await import('${moduleUrl('slot-upkeep.js')}');
  removeUnusedSlots(process.argv[1], { olderThanMs: 0, clock: { now: () => 1e15 } });`;

test('nothing is removed through a link in place of the slots', { skip: isWindows }, async () => {
  const theirs = temporaryDirectory();
  (await lease(theirs, 0)).lease.release();
  const root = temporaryDirectory();
  symlinkSync(join(theirs, '.cleanmiss'), join(root, '.cleanmiss'));
  const remove = () => removeUnusedSlots(root, { olderThanMs: 0, clock: at(1e15) });
  assert.throws(remove, { name: 'CacheError', message: /is a symbolic link/ });
  assert.equal(listSlots(theirs).length, 1);
});

test('an unused slot is removed with its lock and its context’s folder', async () => {
  const root = temporaryDirectory();
  (await lease(root, 0)).lease.release();
  const [removed] = removeUnusedSlots(root, { olderThanMs: 1000, clock: at(1001) });
  assert.equal(removed?.number, 0);
  assert.deepEqual(readdirSync(join(root, '.cleanmiss', 'slots')), []);
});

test('a slot whose lock somebody removed is listed, and removed in its turn', async () => {
  const root = temporaryDirectory();
  const slot = await lease(root, 0);
  slot.lease.release();
  rmSync(slot.lockPath);
  assert.deepEqual(
    listSlots(root).map(({ number }) => number),
    [0],
  );
  const options = { olderThanMs: 0, clock: at(1e15) };
  assert.equal(removeUnusedSlots(root, options).length, 1);
});

test('slots are leased and removed at once without ever losing one in use', async (t) => {
  const root = temporaryDirectory();
  const remover = new NodeProcess(t, removing, { args: [root] });
  const users = Array.from({ length: 3 }, () => new NodeProcess(t, using, { args: [root, contextHash] }));
  const reports = await Promise.all(users.map((user) => user.message()));
  assert.deepEqual(reports, ['kept all', 'kept all', 'kept all']);
  remover.send('stop');
  assert.ok(
    ((await remover.message()) as number) > 0,
    'nothing was removed: the test has not tried anything',
  );
});

const using = `import { leaseSlot } from '${moduleUrl('slot-store.js')}';
  import { readFileSync, rmSync, writeFileSync } from 'node:fs';
  import { setImmediate } from 'node:timers/promises';
  const [, root, contextHash] = process.argv;
  for (let i = 0; i < 100; i += 1) {
    const { lease, stateDir } = await leaseSlot({ root, checker: 'mypy', contextHash });
    writeFileSync(stateDir + '/mine', String(process.pid), { flag: 'wx' });
    await setImmediate();
    if (readFileSync(stateDir + '/mine', 'utf8') !== String(process.pid)) throw new Error('lost');
    rmSync(stateDir + '/mine');
    lease.release();
  }
  process.send('kept all');`;

const removing = `import { removeUnusedSlots } from '${moduleUrl('slot-upkeep.js')}';
  import { setImmediate } from 'node:timers/promises';
  let removed = 0;
  let stopped = false;
  process.on('message', () => { stopped = true; });
  while (!stopped) {
    removed += removeUnusedSlots(process.argv[1], { olderThanMs: 0, clock: { now: () => 1e15 } }).length;
    await setImmediate();
  }
  process.send(removed);
  process.disconnect();`;

test('a context’s folder that is removed before it is used is created again', async (t) => {
  const root = temporaryDirectory();
  const user = new NodeProcess(t, unlucky, { args: [root, contextHash] });
  assert.deepEqual(await user.message(), { number: 0, removals: 1 });
});

/** Whose new folder is removed at once, as `removeUnusedSlots` may do in another process. */
const unlucky = `import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { mkdirSync } = fs;
  let removals = 0;
  fs.mkdirSync = (path, options) => {
    mkdirSync(path, options);
    if (removals > 0 || !/mypy-[0-9a-f]+$/.test(path)) return;
    removals += 1;
    fs.rmdirSync(path);
  };
  syncBuiltinESMExports();
  const { leaseSlot } = await import('${moduleUrl('slot-store.js')}');
  const [, root, contextHash] = process.argv;
  const { number } = await leaseSlot({ root, checker: 'mypy', contextHash });
  process.send({ number, removals });`;

test('a project without slots has none to list and none to remove', () => {
  const root = temporaryDirectory();
  assert.deepEqual(listSlots(root), []);
  assert.deepEqual(removeUnusedSlots(root, { olderThanMs: 0, clock: at(0) }), []);
  assert.deepEqual(readdirSync(root), []);
});

test('slots are listed with what they take and when they were last used', async () => {
  const root = temporaryDirectory();
  const [first, second] = [await lease(root, 5000), await lease(root, 7000)];
  writeFileSync(join(first.stateDir, 'a'), '12345');
  writeFileSync(first.recordPath, '123');
  second.lease.release();
  const listed = listSlots(root);
  assert.deepEqual(
    listed.map(({ checker, context, number, bytes, lastUsedMs }) => ({
      checker,
      context,
      number,
      bytes,
      lastUsedMs,
    })),
    [
      { checker: 'mypy', context: contextHash.slice(0, 12), number: 0, bytes: 8, lastUsedMs: 5000 },
      { checker: 'mypy', context: contextHash.slice(0, 12), number: 1, bytes: 0, lastUsedMs: 7000 },
    ],
  );
  assert.deepEqual(listed.map(isSlotLeased), [true, false]);
  first.lease.release();
});

test('what cleanmiss did not put among the slots is neither listed nor removed', async () => {
  const root = temporaryDirectory();
  (await lease(root, 0)).lease.release();
  writeFileSync(join(root, '.cleanmiss', 'slots', 'notes.txt'), '');
  mkdirSync(join(root, '.cleanmiss', 'slots', 'folder'));
  removeUnusedSlots(root, { olderThanMs: 0, clock: at(1e15) });
  assert.deepEqual(listSlots(root), []);
  assert.deepEqual(readdirSync(join(root, '.cleanmiss', 'slots')), ['folder', 'notes.txt']);
});

function lease(root: string, nowMs?: number): Promise<LeasedSlot> {
  return leaseSlot({
    root,
    checker: 'mypy',
    contextHash,
    ...(nowMs === undefined ? {} : { clock: at(nowMs) }),
  });
}

function at(nowMs: number): { now(): number } {
  return { now: () => nowMs };
}

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isLeased, tryLease, type Lease } from '../src/lease.js';
import { moduleUrl, NodeProcess, temporaryDirectory } from './node-process.js';

const importLease = `import { tryLease } from '${moduleUrl('lease.js')}';`;

/** Says whether it got the lease, and keeps it until it is killed. */
const holder = `${importLease}
  const lease = tryLease(process.argv[1]);
  process.send(lease ? 'leased' : 'refused');
  process.on('message', () => {});`;

/** Says that it is there, and ends with its standard input. */
const child = `process.stdout.write('there'); process.stdin.resume();`;

/** Hands the lease to a child that outlives it, then waits to be killed. */
const holderWithChild = `${importLease}
  import { spawn } from 'node:child_process';
  const lease = tryLease(process.argv[1]);
  const child = spawn(process.execPath, ['--eval', ${JSON.stringify(child)}], { stdio: [0, 'pipe', 2, lease.fd] });
  child.stdout.once('data', () => process.send(child.pid));
  process.on('message', () => { lease.release(); process.send('released'); });`;

test('a lease is refused while another process has it', async (t) => {
  const { lockPath, process } = await startHolder(t);
  assert.equal(tryLease(lockPath), undefined);
  assert.equal(isLeased(lockPath), true);
  await process.kill();
});

test('a lease is refused while this process has it', () => {
  const lockPath = lockPathOf();
  using lease = tryLease(lockPath);
  assert.ok(lease);
  assert.equal(tryLease(lockPath), undefined);
});

test('a lease ends when its holder is killed with SIGKILL', async (t) => {
  const { lockPath, process } = await startHolder(t);
  await process.kill();
  using lease = tryLease(lockPath);
  assert.ok(lease);
});

test(
  'a killed holder’s child keeps the lease until it ends',
  { skip: isWindows() && 'the child is killed as well' },
  async (t) => {
    const lockPath = lockPathOf();
    const holding = new NodeProcess(t, holderWithChild, { args: [lockPath], stdin: 'pipe' });
    const childPid = (await holding.message()) as number;
    await holding.kill();
    assert.equal(isRunning(childPid), true);
    assert.equal(tryLease(lockPath), undefined);
    holding.child.stdin!.end();
    (await leaseInTheEnd(lockPath)).release();
  },
);

test('a released lease stays with the child that was handed it', async (t) => {
  const lockPath = lockPathOf();
  const holding = new NodeProcess(t, holderWithChild, { args: [lockPath], stdin: 'pipe' });
  await holding.message();
  holding.send('release');
  assert.equal(await holding.message(), 'released');
  assert.equal(tryLease(lockPath), undefined);
  holding.child.stdin!.end();
  (await leaseInTheEnd(lockPath)).release();
});

test('a released lease can be had again, and releasing it twice does no harm', () => {
  const lockPath = lockPathOf();
  const first = tryLease(lockPath)!;
  first.release();
  using second = tryLease(lockPath);
  assert.ok(second);
  first.release();
  assert.equal(isLeased(lockPath), true, 'the second release closed somebody else’s descriptor');
});

test('whoever removes the lock file does not make two holders of it', async (t) => {
  const lockPath = lockPathOf();
  const inside = join(temporaryDirectory(), 'inside');
  const contenders = Array.from(
    { length: 4 },
    () => new NodeProcess(t, contender, { args: [lockPath, inside] }),
  );
  const reports = await Promise.all(contenders.map((process) => process.message()));
  assert.deepEqual(
    reports,
    Array.from({ length: 4 }, () => 'was alone each time'),
  );
});

/** Takes the lease and removes the lock file a hundred times; `mkdir` tells whether it was alone in between. */
const contender = `${importLease}
  import { mkdirSync, rmdirSync } from 'node:fs';
  const [, lockPath, inside] = process.argv;
  for (let held = 0; held < 100; ) {
    const lease = tryLease(lockPath);
    if (!lease) continue;
    mkdirSync(inside);
    rmdirSync(inside);
    lease.releaseAndRemove();
    held += 1;
  }
  process.send('was alone each time');`;

test('removing a released lease’s file is not its holder’s business any more', () => {
  const lockPath = lockPathOf();
  const lease = tryLease(lockPath)!;
  lease.release();
  lease.releaseAndRemove();
  assert.ok(existsSync(lockPath));
});

test('a lock file that is not there is not leased, and looking does not create it', () => {
  const lockPath = lockPathOf();
  assert.equal(isLeased(lockPath), false);
  assert.equal(existsSync(lockPath), false);
});

test('a lock file cannot be a link to somewhere else', { skip: isWindows() }, () => {
  const lockPath = lockPathOf();
  symlinkSync(join(temporaryDirectory(), 'elsewhere'), lockPath);
  assert.throws(() => tryLease(lockPath), { code: 'ELOOP' });
});

test('a folder that is not there is the file system’s error', () => {
  assert.throws(() => tryLease(join(temporaryDirectory(), 'no', 'such.lock')), { code: 'ENOENT' });
});

test('a folder in the lock file’s place is the file system’s error', { skip: isWindows() }, () => {
  const lockPath = lockPathOf();
  mkdirSync(lockPath);
  assert.throws(() => tryLease(lockPath), { code: 'EISDIR' });
});

test('a lock file is for its owner alone', { skip: isWindows() }, () => {
  const lockPath = lockPathOf();
  using lease = tryLease(lockPath);
  assert.ok(lease);
  assert.equal(statSync(lockPath).mode & 0o777, 0o600);
});

test('what stands in a lock file is left alone', () => {
  const lockPath = lockPathOf();
  writeFileSync(lockPath, 'text');
  using lease = tryLease(lockPath);
  assert.ok(lease);
  assert.equal(statSync(lockPath).size, 4);
});

const needsAddon = { skip: process.platform === 'linux' ? false : 'locks without the addon here' };

test('a system that the addon was not built for is told by a CacheError', needsAddon, async (t) => {
  const error = await errorWith(t, `process.dlopen = () => { throw new Error('wrong ELF class'); };`);
  assert.equal(error.name, 'CacheError');
  assert.match(error.message, /no build that runs on/);
});

for (const code of ['ENOLCK', 'EOPNOTSUPP']) {
  test(`a file system that answers ${code} is told by a CacheError`, needsAddon, async (t) => {
    const error = await errorWith(
      t,
      `process.dlopen = (module) => {
      module.exports = { tryLock() { throw Object.assign(new Error('no'), { code: '${code}' }); } };
    };`,
    );
    assert.equal(error.name, 'CacheError');
    assert.match(error.message, new RegExp(`does not support locks \\(${code}\\)`));
  });
}

interface ReportedError {
  readonly name: string;
  readonly message: string;
}

/** The error of `tryLease` in a process of its own, in which `prelude` was run first. */
async function errorWith(t: TestContext, prelude: string): Promise<ReportedError> {
  const script = `${importLease} ${prelude}
    try { tryLease(process.argv[1]); } catch ({ name, message }) { process.send({ name, message }); }`;
  return (await new NodeProcess(t, script, { args: [lockPathOf()] }).message()) as ReportedError;
}

async function startHolder(t: TestContext): Promise<{ lockPath: string; process: NodeProcess }> {
  const lockPath = lockPathOf();
  const process = new NodeProcess(t, holder, { args: [lockPath] });
  assert.equal(await process.message(), 'leased');
  return { lockPath, process };
}

/** Nobody can wait for the end of a process that is not its own child: asks until the kernel has closed its files. */
async function leaseInTheEnd(lockPath: string): Promise<Lease> {
  for (;;) {
    const lease = tryLease(lockPath);
    if (lease) return lease;
    await setImmediate();
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function lockPathOf(): string {
  return join(temporaryDirectory(), '0.lock');
}

function isWindows(): boolean {
  return process.platform === 'win32';
}

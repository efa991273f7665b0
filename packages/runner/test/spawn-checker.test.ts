import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { spawnChecker, type SpawnOptions } from '../src/spawn-checker.js';

/** A checker that is this Node, running a text. */
function scripted(script: string, options: Partial<SpawnOptions> = {}): SpawnOptions {
  return {
    command: [process.execPath, '-e', script],
    cwd: process.cwd(),
    env: process.env,
    watchStderr: true,
    holdCrash: false,
    ...options,
  };
}

const crash = `process.stderr.write('a warning\\nTraceback (most recent call last):\\nKeyError\\n'); process.exitCode = 1;`;

/** Runs `relay-signals.js`, which spawns the script as a checker, and hands over its standard output line by line. */
function relaying(script: string) {
  const helper = fileURLToPath(new URL('./relaying-process.js', import.meta.url));
  return spawn(process.execPath, [helper, script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('a checker process', () => {
  it('that cannot be started rejects with the system’s own code', async () => {
    await assert.rejects(spawnChecker(scripted('', { command: ['/no/such/program'] })), { code: 'ENOENT' });
    await assert.rejects(spawnChecker(scripted('', { command: ['/etc/passwd'] })), { code: 'EACCES' });
  });

  it('that looks like a crash has that part kept back, where it may be run again', async () => {
    const { code, heldStderr, stderrTail } = await spawnChecker(scripted(crash, { holdCrash: true }));
    assert.equal(code, 1);
    assert.match(Buffer.from(heldStderr).toString(), /KeyError/);
    assert.match(stderrTail, /a warning/);
  });

  it('that ends by a signal says so', async () => {
    const { code, signal } = await spawnChecker(scripted(`process.kill(process.pid, 'SIGKILL')`));
    assert.deepEqual([code, signal], [null, 'SIGKILL']);
  });

  it('that leaves a process behind on its standard error is not waited for', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)'],
      { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref(); console.error('pid');`;
    const { code } = await spawnChecker(scripted(script));
    assert.equal(code, 0);
  });

  it('is sent SIGTERM when we are, and its answer is ours', async () => {
    const child = relaying(
      `process.on('SIGTERM', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000)`,
    );
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 7);
  });
});

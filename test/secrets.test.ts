import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import {
  check,
  cleanmiss,
  filesThatHold,
  findTools,
  start,
  cleanmissCommand,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy } = findTools();
const password = 'hunter2-never-shown';

describe('a password in the URL of a remote', () => {
  it('is in no output, report, journal or history, whether it is right, wrong, or for nobody', async (t) => {
    const directory = temporaryDirectory(t);
    await using redis = await startRedis({ settings: { requirepass: password } });
    await using other = await startRedis({ settings: { requirepass: 'another' } });
    const hosts = [
      `127.0.0.1:${redis.port}`,
      `127.0.0.1:${other.port}`,
      '127.0.0.1:1',
      'no.such.host.invalid',
    ];
    const outcomes: string[] = [];
    for (const [i, host] of hosts.entries()) {
      const [project, store] = [join(directory, `p${String(i)}`), join(directory, `s${String(i)}`)];
      writeProject(project, { 'a.py': 'x: int = 1\n' });
      const env = { CLEANMISS_REMOTE: `redis://:${password}@${host}` };
      const checked = await check([mypy.command, 'a.py'], { cwd: project, store, env, options: ['--wait'] });
      const { CLEANMISS_REMOTE } = env;
      const told = await cleanmiss(['doctor', '--local', store, '--', mypy.command, 'a.py'], {
        cwd: project,
        env,
      });
      const rest = await cleanmiss(['upload', '--local', store, '--remote', CLEANMISS_REMOTE], {
        cwd: project,
      });
      assert.equal(checked.code, 0);
      const said = [checked, told, rest].map(({ stdout, stderr }) => stdout + stderr).join('');
      assert.ok(!(said + JSON.stringify(checked.report)).includes(password), said);
      outcomes.push(checked.report.degraded.length === 0 ? 'reached' : 'not reached');
    }
    assert.deepEqual(filesThatHold(directory, password), []);
    assert.deepEqual(outcomes, ['reached', 'not reached', 'not reached', 'not reached']);
  });

  it(
    'is in the arguments of no process that we start',
    { skip: process.platform !== 'linux' && 'there is no /proc' },
    async (t) => {
      const directory = temporaryDirectory(t);
      writeProject(directory, { 'a.py': 'x: int = 1\n' });
      const store = join(directory, 'store');
      await using proxy = await startProxy(undefined, { kind: 'silent' });
      const url = `redis://:${password}@127.0.0.1:${proxy.port}`;
      const env = {
        CLEANMISS_LOCAL: store,
        CLEANMISS_REMOTE: url,
        CLEANMISS_BUDGET_MS: '100',
      };
      await using running = start([...cleanmissCommand, 'run', '--wait', '--', mypy.command, 'a.py'], {
        cwd: directory,
        env,
      });
      await running.ended;
      const ours = processesWith(`CLEANMISS_LOCAL=${store}`);
      // It would outlive the directory.
      for (const { pid } of ours) process.kill(pid, 'SIGKILL');
      const commandLines = ours.map(({ commandLine }) => commandLine);
      assert.ok(
        commandLines.some((commandLine) => commandLine.includes('upload')),
        'the upload goes on',
      );
      assert.deepEqual(
        commandLines.filter((commandLine) => commandLine.includes(password)),
        [],
      );
    },
  );
});

interface FoundProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** The processes that have this in their environment. */
function processesWith(setting: string): readonly FoundProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => readOf(pid, 'environ').split('\0').includes(setting))
    .map((pid) => ({ pid: Number(pid), commandLine: readOf(pid, 'cmdline') }));
}

function readOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

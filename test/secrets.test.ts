import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startProxy, startRedis } from '@cleanmiss/redis-fixture';
import {
  check,
  cleanmiss,
  filesThatHold,
  findTools,
  inPool,
  start,
  cleanmissCommand,
  TemporaryDirectory,
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

/** Each with the password in it; of half of them, the URL is not even one. */
const wrongUrls: readonly string[] = [
  `redis://:${password}@127.0.0.1:99999`,
  `redis://:${password}@127.0.0.1:port`,
  `redis://user:a@b#${password}@127.0.0.1:1`,
  `redis://:a/${password}@127.0.0.1:1`,
  `redis://:a?${password}@127.0.0.1:1`,
  `redis://:${password} and more@127.0.0.1:1`,
  `redis://:${password}%zz@127.0.0.1:1`,
  `redi://:${password}@127.0.0.1:1`,
  `rediss+cluster://:${password}@127.0.0.1:1,127.0.0.1:2/3`,
  `redis+sentinel://:${password}@127.0.0.1:1`,
  `postgres://user:${password}@127.0.0.1:1/db`,
  `file://user:${password}@host/folder`,
  `:${password}@127.0.0.1:1`,
];

/** The ways in which a remote comes to a command. */
const ways = {
  flag: (url: string) => ({ args: ['--remote', url], env: {}, config: undefined }),
  environment: (url: string) => ({ args: [], env: { CLEANMISS_REMOTE: url }, config: undefined }),
  file: (url: string) => ({ args: [], env: {}, config: { remote: url } }),
  'file with a variable': (url: string) => ({
    args: [],
    env: { SECRET: password },
    config: { remote: { url: url.replace(password, '${SECRET}'), mode: 'read-write' } },
  }),
} as const;
type Way = keyof typeof ways;
const allWays = Object.keys(ways) as readonly Way[];
const someWays: readonly Way[] = ['flag', 'file with a variable'];

const checkCommand = [mypy.command, 'a.py'];
const verbs: readonly {
  readonly args: readonly string[];
  readonly takesRemote: boolean;
  readonly command?: readonly string[];
}[] = [
  { args: ['run', '--wait', '--report', 'report.json'], takesRemote: true, command: checkCommand },
  { args: ['why', '--json'], takesRemote: false },
  { args: ['why'], takesRemote: false },
  { args: ['doctor', '--json'], takesRemote: true, command: checkCommand },
  { args: ['stats', '--json'], takesRemote: false },
  { args: ['inspect', '--json'], takesRemote: true },
  { args: ['verify', '--json'], takesRemote: false },
  { args: ['gc', '--json'], takesRemote: false },
  { args: ['upload', '--json'], takesRemote: true },
  { args: ['restore', '--json', '--state', '.mypy_cache'], takesRemote: true, command: checkCommand },
  {
    args: ['save', '--json', '--state', '.mypy_cache', '--exit-code', '0'],
    takesRemote: true,
    command: checkCommand,
  },
];

describe('a password in the URL of a remote, whatever is asked of it,', () => {
  const isFull = process.env['CLEANMISS_LONG'] === '1';

  async function sayAll(directory: string, way: Way, url: string): Promise<string> {
    const project = join(directory, way);
    const { args: flags, env, config } = ways[way](url);
    writeProject(project, { 'a.py': 'x: int = 1\n' });
    // That one holds it because the user has written it there.
    const configFile = join(project, 'cleanmiss.config.json');
    if (config) writeFileSync(configFile, JSON.stringify(config));
    const said: string[] = [];
    const local = ['--local', join(directory, 'store')];
    for (const { args, takesRemote, command } of verbs) {
      const all = [...args, ...(takesRemote ? flags : []), ...(args[0] === 'why' ? [] : local)];
      const ended = await cleanmiss([...all, ...(command ? ['--', ...command] : [])], {
        cwd: project,
        env: { CLEANMISS_DEBUG: '1', CLEANMISS_BUDGET_MS: '300', ...env },
      });
      said.push(`${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
    }
    rmSync(configFile, { force: true });
    return said.join('');
  }

  it('is in nothing that a verb says or writes, with stack traces as well', async (t) => {
    const directory = temporaryDirectory(t);
    const nobody = `redis://:${password}@127.0.0.1:1`;
    await inPool(isFull ? allWays : someWays, 2, async (way) => {
      const said = await sayAll(directory, way, nobody);
      assert.ok(!said.includes(password), said);
      assert.match(said, /nobody listens there/);
    });
    assert.deepEqual(filesThatHold(directory, password), []);
  });

  it('is in no complaint about a URL that is wrong', async (t) => {
    const directory = temporaryDirectory(t);
    const store = join(directory, 'store');
    writeProject(directory, { 'a.py': 'x: int = 1\n' });
    const tries = wrongUrls.flatMap((url) => allWays.map((way) => [url, way] as const));
    await inPool(
      isFull ? tries : tries.filter((_, i) => i % 5 === 0 || i % 4 === 1),
      2,
      async ([url, way]) => {
        const { args, env, config } = ways[way](url);
        using project = new TemporaryDirectory();
        if (config) writeFileSync(join(project.path, 'cleanmiss.config.json'), JSON.stringify(config));
        const options = { cwd: project.path, env: { CLEANMISS_DEBUG: '1', ...env } };
        const { stdout, stderr } = await cleanmiss(['doctor', '--json', '--local', store, ...args], options);
        assert.ok(stdout + stderr !== '' && !(stdout + stderr).includes(password), stdout + stderr);
      },
    );
    assert.deepEqual(filesThatHold(directory, password), []);
  });

  it('is in no complaint about a word that belongs elsewhere', async (t) => {
    const cwd = temporaryDirectory(t);
    const url = `redis://:${password} and@more@127.0.0.1:1`;
    const misplaced = [
      ...[
        [url],
        ['upload', url],
        ['inspect', url],
        ['gc', '--max-age', url],
        ['run', '--checker', url, '--', 'mypy'],
      ],
      ...[
        ['run', '--local', url, '--', 'mypy'],
        ['run', '--remote-mode', url, '--', 'mypy'],
        ['stats', `--${url}`],
      ],
    ];
    await inPool(misplaced, 2, async (args) => {
      const { stdout, stderr } = await cleanmiss(args, { cwd, env: { CLEANMISS_DEBUG: '1' } });
      assert.ok(stderr !== '' && !(stdout + stderr).includes(password), stdout + stderr);
    });
    assert.deepEqual(readdirSync(cwd), []);
  });
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

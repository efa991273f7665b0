import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mypyProfile, type Invocation, type SlotRun } from '@cleanmiss/checkers';
import { FakeMachine } from './support/fake-mypy.js';
import { writeFiles } from './support/folder.js';

const plan = (machine: FakeMachine, command: readonly string[], more: Partial<Invocation> = {}) =>
  mypyProfile.plan(machine.invocation(command, more));

async function slotRun(
  machine: FakeMachine,
  command: readonly string[],
  more: Partial<Invocation> = {},
): Promise<SlotRun> {
  const planned = await plan(machine, command, more);
  if (planned.kind === 'pass-through') assert.fail(planned.why);
  return planned;
}

async function context(machine: FakeMachine, command: readonly string[], more: Partial<Invocation> = {}) {
  return (await slotRun(machine, command, more)).context;
}

async function whyNot(machine: FakeMachine, command: readonly string[], more: Partial<Invocation> = {}) {
  const planned = await plan(machine, command, more);
  return planned.kind === 'pass-through' ? planned.why : undefined;
}

describe('a run of mypy that is passed through', { skip: process.platform === 'win32' }, () => {
  const machine = new FakeMachine();

  for (const [words, why] of [
    ['dmypy run', 'dmypy keeps its state in a process of its own'],
    ['mypy --version', '--version checks nothing'],
    ['mypy -h', '-h checks nothing'],
    ['mypy --no-incremental a.py', '--no-incremental rules out a cache directory of ours'],
    ['mypy --bazel a.py', '--bazel rules out a cache directory of ours'],
    ['mypy --cache-map a.py a.meta.json a.data.json --', '--cache-map rules out a cache directory of ours'],
    ['mypy --cache-fine-grained a.py', '--cache-fine-grained fills a cache for others'],
    [
      'mypy --install-types --non-interactive a.py',
      '--install-types goes by what a check without a cache misses',
    ],
    ['mypy --html-rep out a.py', '--html-report wants a check without a cache'],
    ['mypy --shadow-file a b a.py', '--shadow-file passes off one source for another'],
    ['mypy --cache-dir=/dev/null a.py', 'the cache directory is /dev/null'],
    ['mypy --cache-dir x --cache-d /dev/null a.py', 'the cache directory is /dev/null'],
    ['mypy a.py ../other/b.py', '../other/b.py is outside the project'],
    ['nowhere/mypy a.py', 'nowhere/mypy was not found'],
  ] as const) {
    it(`is \`${words}\`: ${why}`, async () => {
      assert.equal(await whyNot(machine, words.split(' ')), why);
    });
  }

  it('is one whose variable asks for no cache, unless an option asks for one', async () => {
    const env = { ...machine.invocation([]).env, MYPY_CACHE_DIR: '/dev/null' };
    assert.equal(await whyNot(machine, ['mypy', 'a.py'], { env }), 'the cache directory is /dev/null');
    assert.equal(await whyNot(machine, ['mypy', '--cache-dir=x', 'a.py'], { env }), undefined);
  });

  it('is one whose configuration asks for no cache', async () => {
    const own = new FakeMachine();
    for (const setting of [
      'incremental = False',
      'cache_dir = /dev/null',
      'install_types = True',
      'html_report = out',
    ]) {
      writeFiles(own.project, { 'mypy.ini': `[mypy]\n${setting}\n` });
      assert.equal(await whyNot(own, ['mypy', 'a.py']), `mypy.ini says ${setting}`);
    }
    writeFiles(own.project, { 'mypy.ini': '[mypy]\nincremental = True\ncache_dir = x\n' });
    assert.equal(await whyNot(own, ['mypy', 'a.py']), undefined);
  });

  it('is one of a mypy that we do not know', async () => {
    const old = new FakeMachine('0.991');
    assert.equal(await whyNot(old, ['mypy', 'a.py']), 'mypy 0.991 is older than 1.0');
  });

  it('is one whose options end in a file', async () => {
    writeFiles(machine.project, { args: '--strict\n--\na.py\n' });
    assert.equal(await whyNot(machine, ['mypy', '@args']), 'a -- stands in a file named with @');
  });
});

describe('a run of mypy that is directed', { skip: process.platform === 'win32' }, () => {
  const machine = new FakeMachine();

  it('keeps its state in files in the slot, whatever the user said, before the end of the options', async () => {
    const run = await slotRun(machine, [
      'python3',
      '-m',
      'mypy',
      '--sqlite-cache',
      '--cache-dir=x',
      '--',
      'a.py',
    ]);
    const start = ['python3', '-m', 'mypy', '--sqlite-cache', '--cache-dir=x'];
    assert.deepEqual(run.direct('/slot'), {
      command: [...start, '--cache-dir=/slot', '--no-sqlite-cache', '--', 'a.py'],
      env: {},
    });
  });

  it('keeps no state where there is no slot, and then starts no workers', async () => {
    const without = async (...args: string[]) =>
      (await slotRun(machine, ['mypy', ...args])).stateless().command;
    assert.deepEqual(await without('a.py'), ['mypy', 'a.py', '--cache-dir=/dev/null']);
    assert.deepEqual(await without('-n4', 'a.py'), [
      'mypy',
      '-n4',
      'a.py',
      '--cache-dir=/dev/null',
      '--num-workers=0',
    ]);
  });

  it('has its standard error watched, and its colours all the same', async () => {
    const run = await slotRun(machine, ['mypy', 'a.py']);
    assert.equal(run.version, '1.18.2');
    assert.equal(run.watchStderr, true);
    assert.deepEqual(run.ttyEnv, { MYPY_FORCE_COLOR: '1' });
  });
});

describe('the context of a run of mypy', { skip: process.platform === 'win32' }, () => {
  const machine = new FakeMachine();
  const of = (...args: string[]) => context(machine, ['mypy', ...args]);
  const differ = async (one: Promise<unknown>, other: Promise<unknown>) => {
    assert.notDeepEqual(await one, await other);
  };
  const agree = async (one: Promise<unknown>, other: Promise<unknown>) => {
    assert.deepEqual(await one, await other);
  };

  it('is another with other options, in another order, or from another Python', async () => {
    await differ(of('a.py'), of('--warn-redundant-casts', 'a.py'));
    await differ(of('--soft-error-limit=1', 'a.py'), of('--soft-error-limit=2', 'a.py'));
    await differ(of('--strict', '--no-strict-optional'), of('--no-strict-optional', '--strict'));
    await differ(of('-n4'), of());
    const other = new FakeMachine();
    renameSync(other.project, join(other.folder, 'moved'));
    other.writePython(`echo '{"mypy":"1.18.2","python":"3.12"}'`);
    await differ(of('a.py'), context(other, ['mypy', 'a.py'], { cwd: other.folder, root: other.folder }));
  });

  it('is another in another directory of the project', async () => {
    await differ(of('a.py'), context(machine, ['mypy', 'a.py'], { cwd: join(machine.project, 'src') }));
  });

  it('is the same for a part of the files, however named, as for all', async () => {
    const all = of('--strict', '.');
    await agree(all, of('--strict', 'a.py'));
    await agree(all, of('a.py', join(machine.project, 'src'), '--strict'));
    await agree(all, of('--strict', '-p', 'pkg', '-m', 'mod', '--exclude', '/x'));
    await agree(all, of('--strict', '-c', 'import a'));
    await agree(all, of('--cache-dir=/home/me', '--strict', '--no-sqlite-cache', 'a.py'));
  });

  it('names targets above the working directory, and words that are no file', async () => {
    const cwd = join(machine.project, 'src');
    await differ(context(machine, ['mypy', 'b.py'], { cwd }), context(machine, ['mypy', '../a.py'], { cwd }));
    await differ(of('--show-new', 'value'), of('--show-new', 'other'));
  });

  it('is the same in another checkout, with its own paths in the options', async () => {
    const other = new FakeMachine();
    const paths = ({ project }: FakeMachine) => [
      '--python-executable',
      join(project, '.venv/bin/python'),
      `--custom-typeshed-dir=${join(project, 'typeshed')}`,
    ];
    const one = await context(machine, ['mypy', ...paths(machine), 'a.py']);
    assert.deepEqual(one, await context(other, ['mypy', ...paths(other), 'a.py']));
    assert.ok(!JSON.stringify(one).includes(machine.folder));
  });

  it('never holds a path of this machine', async () => {
    const held = JSON.stringify(
      await of('--python-executable=/opt/py', '--other=/home/me/x', '--junit-xml', '/tmp/j', 'a.py'),
    );
    assert.ok(!/\/(opt|home|tmp)/.test(held), held);
  });

  it('counts the words of a file as its own', async () => {
    writeFiles(machine.project, { flags: '--strict\na.py\n' });
    await agree(of('@flags'), of('--strict', 'a.py'));
  });

  it('is another with another setting, in whichever file mypy reads', async () => {
    const own = new FakeMachine();
    const now = () => context(own, ['mypy', 'a.py']);
    const plain = await now();
    const put = (files: Readonly<Record<string, string>>) => {
      writeFiles(own.folder, files);
    };
    put({ '.config/mypy/config': '[mypy]\nshow_error_context = True\n' });
    const user = await now();
    assert.notDeepEqual(user, plain);
    put({ 'project/setup.cfg': '[mypy]\nwarn_redundant_casts = True\n' });
    const setup = await now();
    assert.notDeepEqual(setup, user);
    put({ 'project/pyproject.toml': '[tool.mypy]\nmany_errors_threshold = 3\n' });
    const toml = await now();
    assert.notDeepEqual(toml, setup);
    put({ 'project/mypy.ini': '[mypy]\n' });
    assert.deepEqual(await now(), plain);
    assert.deepEqual(await context(own, ['mypy', '--config-file', 'pyproject.toml', 'a.py']), {
      ...toml,
      options: [['--config-file', 'pyproject.toml']],
    });
    assert.equal((await context(own, ['mypy', '--config-file=', 'a.py']))['config'], null);
  });

  it('takes in a setting from above the working directory from 1.15 on', async () => {
    const own = new FakeMachine('1.15.0');
    mkdirSync(join(own.project, '.git'));
    writeFiles(own.folder, {
      'mypy.ini': '[mypy]\nx = 1\n',
      'project/mypy.ini': '[mypy]\nshow_error_end = True\n',
    });
    const cwd = join(own.project, 'src');
    const config = async (mypy: string) => {
      own.install(mypy);
      return (await context(own, ['mypy', 'b.py'], { cwd }))['config'];
    };
    assert.notEqual(await config('1.15.0'), null);
    assert.equal(await config('1.14.1'), null);
  });

  it('names the place where errors are cached with absolute paths', async () => {
    const other = new FakeMachine();
    const absolute = ['mypy', '--show-absolute-path', 'a.py'];
    await differ(context(machine, absolute), context(other, absolute));
    writeFiles(other.project, { 'mypy.ini': '[mypy]\nshow_absolute_path = True\n' });
    assert.ok('place' in (await context(other, ['mypy', 'a.py'])));
  });
});

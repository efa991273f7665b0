import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  check,
  cleanmiss,
  cleanmissCommand,
  findTools,
  itInFull,
  run,
  type RunningProcess,
  start,
  startCheck,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

const { mypy } = findTools();

/** One line for people, and no trace of where in the code it came from. */
function assertOneSentence(stderr: string, pattern: RegExp): void {
  assert.match(stderr, pattern);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.doesNotMatch(stderr, /^ +at /m);
}

describe('wrong input', () => {
  const cases: readonly (readonly [args: readonly string[], code: number, words: RegExp])[] = [
    [['rnu', '--', 'mypy'], 2, /no verb "rnu"; there are run, /],
    [['run'], 125, /no command was given/],
    [['run', '--'], 125, /no command was given/],
    [['run', '--loca', 'x', '--', 'mypy'], 125, /--loca.*see cleanmiss run --help/],
    [['run', '--report'], 125, /--report/],
    [['run', '--checker', 'mypi', '--', 'make'], 125, /no checker "mypi"; there are mypy/],
    [['run', '--', '/no/such/program'], 127, /\/no\/such\/program was not found/],
    [['run', '--', '/etc/passwd'], 126, /\/etc\/passwd cannot be executed/],
    [['gc', '--max-age', 'soon'], 1, /"soon" is not understood; write 90m/],
    [['stats', 'extra'], 1, /"extra" is not expected/],
    [['inspect', 'xyz'], 1, /"xyz" is no snapshot/],
    [['inspect', 'abcdef'], 1, /abcdef is not to be had: absent/],
    [['restore', '--', 'mypy', 'a.py'], 1, /no state directory was given/],
    [['save', '--state', '.mypy_cache', '--', 'mypy', 'a.py'], 1, /--exit-code wants the number/],
    [
      ['save', '--exit-code', '0', '--state', '.mypy_cache', '--', 'mypy', 'a.py'],
      1,
      /no cleanmiss restore before/,
    ],
  ];
  for (const [args, code, words] of cases) {
    it(`is told in one sentence: cleanmiss ${args.join(' ')}`, async (t) => {
      const directory = temporaryDirectory(t);
      writeProject(directory, { 'a.py': '' });
      const env = {
        XDG_CACHE_HOME: join(directory, 'cache'),
        PATH: `${join(mypy.command, '..')}:${process.env['PATH']!}`,
      };
      const ended = await cleanmiss(args, { cwd: directory, env });
      assert.equal(ended.code, code, ended.stderr);
      // A command that no profile knows is run as it is, and says so first.
      assertOneSentence(ended.stderr.replace(/^cleanmiss: no profile .*\n/, ''), words);
    });
  }

  it('in the configuration is told in one sentence, and nothing is run', async (t) => {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, 'cleanmiss.config.json'), '{"locla": "x"}');
    const ended = await cleanmiss(['run', '--', 'touch', 'ran'], { cwd: directory });
    assert.equal(ended.code, 125);
    assertOneSentence(ended.stderr, /"locla"/);
    assert.equal(existsSync(join(directory, 'ran')), false);
  });
});

describe('a broken stream', () => {
  it('for warnings does not keep the check from its answer', async (t) => {
    const directory = temporaryDirectory(t);
    writeProject(directory, { 'a.py': 'x: int = ""\n', store: 'not a folder' });
    const script = `${cleanmissCommand.join(' ')} run --local store -- ${mypy.command} a.py 2>/dev/full`;
    const { stdout, code } = await run(['sh', '-c', script], { cwd: directory });
    assert.equal(code, 1);
    assert.match(stdout, /Found 1 error/);
  });
});

describe('help', () => {
  it('names every verb, and each verb has its own', async () => {
    const { stdout, code } = await cleanmiss(['--help']);
    assert.equal(code, 0);
    for (const verb of ['run', 'stats', 'verify', 'gc', 'doctor', 'why', 'inspect', 'restore', 'save']) {
      assert.match(stdout, new RegExp(`^  ${verb} `, 'm'));
      const own = await cleanmiss([verb, '--help']);
      assert.equal(own.code, 0);
      assert.match(own.stdout, new RegExp(`^Usage: cleanmiss ${verb}`));
    }
  });

  it('knows the version', async () => {
    assert.match((await cleanmiss(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('a command that no profile knows', () => {
  it('is run as it is, with its own exit code, after a notice', async (t) => {
    const store = join(temporaryDirectory(t), 'store');
    const { code, stdout, stderr, report } = await check(['sh', '-c', 'echo out; exit 7'], {
      cwd: temporaryDirectory(t),
      store,
    });
    assert.deepEqual([code, stdout], [7, 'out\n']);
    assertOneSentence(stderr, /no profile knows the command sh: the command is run as it is/);
    assert.equal(report.reason, 'passed-through');
  });

  it('gets our standard input', async (t) => {
    const directory = temporaryDirectory(t);
    const { stdout } = await run(
      ['sh', '-c', `echo asked | ${cleanmissCommand.join(' ')} run --local ${directory}/store -- cat`],
      { cwd: directory },
    );
    assert.equal(stdout, 'asked\n');
  });

  it('that a signal ends has us end by the same', async (t) => {
    const directory = temporaryDirectory(t);
    const ended = await cleanmiss(['run', '--', 'sh', '-c', 'kill -TERM $$'], { cwd: directory });
    assert.deepEqual([ended.code, ended.signal], [null, 'SIGTERM']);
  });
});

describe('mypy under run', () => {
  it('is interrupted once by SIGINT and answers as alone; what it left is not stored', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import asyncio, email, http, unittest, xml, json, logging\n' });
    const plain = await interrupted(
      (command) => start(command, { cwd: project }),
      [mypy.command, '-v', 'a.py'],
    );
    const ours = await interrupted(
      (command) => startCheck(command, { cwd: project, store }),
      [mypy.command, '-v', 'a.py'],
    );
    assert.deepEqual([ours.code, ours.signal, ours.stdout], [plain.code, plain.signal, plain.stdout]);
    const next = await check([mypy.command, '-v', 'a.py'], { cwd: project, store });
    assert.equal(next.report.outcome, 'miss');
  });

  itInFull('with a syntax error keeps a warm slot warm', async (t) => {
    const directory = temporaryDirectory(t);
    const [project, store] = [join(directory, 'project'), join(directory, 'store')];
    writeProject(project, { 'a.py': 'import random\n' });
    const start = () => check([mypy.command, 'a.py'], { cwd: project, store });
    await start();
    writeProject(project, { 'a.py': 'import random\n)\n' });
    assert.equal((await start()).code, 2);
    writeProject(project, { 'a.py': 'import random\n' });
    const next = await start();
    assert.deepEqual([next.report.outcome, next.report.source], ['hit', 'slot']);
  });

  it('leaves nothing in the project but .cleanmiss, which git does not see', async (t) => {
    const directory = temporaryDirectory(t);
    const project = join(directory, 'project');
    writeProject(project, { 'a.py': 'x = 1\n' });
    await run([findTools().git, 'init', '--quiet'], { cwd: project });
    await check([mypy.command, 'a.py'], { cwd: project, store: join(directory, 'store') });
    const { stdout } = await run([findTools().git, 'status', '--porcelain'], { cwd: project });
    assert.equal(stdout, '?? a.py\n');
    assert.match(readFileSync(join(project, '.cleanmiss', '.gitignore'), 'utf8'), /^\*$/m);
  });

  it('switched off runs as it is, without a word', async (t) => {
    const directory = temporaryDirectory(t);
    writeProject(directory, { 'a.py': 'x = 1\n' });
    const options = { cwd: directory, store: join(directory, 'store'), env: { CLEANMISS_MODE: 'off' } };
    const { stderr, code, report } = await check([mypy.command, 'a.py'], options);
    assert.deepEqual([stderr, code, report.reason], ['', 0, 'passed-through']);
    assert.equal(existsSync(join(directory, '.cleanmiss', 'slots')), false);
  });

  itInFull('with mode read uses the store and adds nothing to it', async (t) => {
    const directory = temporaryDirectory(t);
    const [one, other, store] = ['one', 'other', 'store'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    for (const project of [one, other]) writeProject(project, { 'a.py': 'import random\n' });
    await check([mypy.command, 'a.py'], { cwd: one, store });
    writeProject(other, { 'b.py': 'import asyncio\n' });
    const reading = await check([mypy.command, 'a.py', 'b.py'], {
      cwd: other,
      store,
      env: { CLEANMISS_MODE: 'read' },
    });
    assert.deepEqual([reading.report.outcome, reading.report.published.files], ['hit', 0]);
  });
});

async function interrupted(
  begin: (command: readonly string[]) => RunningProcess,
  command: readonly string[],
) {
  const running = begin(command);
  await running.waitForOutput(/LOG: /);
  running.signal('SIGINT');
  return await running.ended;
}

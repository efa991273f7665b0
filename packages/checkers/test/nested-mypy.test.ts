import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mypyProfile, type SlotRun } from '@cleanmiss/checkers';
import { FakeMachine } from './support/fake-mypy.js';
import { writeFiles } from './support/folder.js';

async function nested(machine: FakeMachine, line: string): Promise<SlotRun> {
  const planned = await mypyProfile.planNested(machine.invocation(line.split(' ')));
  if (planned.kind === 'pass-through') assert.fail(planned.why);
  return planned;
}

const ended = (code: number | null, signal: NodeJS.Signals | null = null) => ({
  code,
  signal,
  stderrTail: '',
});

describe('mypy inside another command', { skip: process.platform === 'win32' }, () => {
  it('is left alone where the user wants no cache', async () => {
    const machine = new FakeMachine();
    const env = { ...machine.invocation([]).env, MYPY_CACHE_DIR: '/dev/null' };
    const planned = await mypyProfile.planNested({ ...machine.invocation(['make', 'lint']), env });
    assert.deepEqual(planned, { kind: 'pass-through', why: 'MYPY_CACHE_DIR is /dev/null' });
  });

  it('publishes after success only, and is never run again', async () => {
    const run = await nested(new FakeMachine(), 'make lint');
    assert.equal(run.meaningOf(ended(2)), 'incomplete');
    assert.equal(run.meaningOf(ended(1)), 'incomplete');
    assert.equal(run.meaningOf(ended(139)), 'incomplete');
    assert.equal(run.meaningOf(ended(null, 'SIGSEGV')), 'incomplete');
    assert.equal(run.meaningOf(ended(0)), 'normal');
  });

  it('is directed by its variable, and is of a version that nobody knows', async () => {
    const run = await nested(new FakeMachine(), 'make lint');
    assert.deepEqual(run.direct('/slot'), { command: ['make', 'lint'], env: { MYPY_CACHE_DIR: '/slot' } });
    assert.deepEqual(run.stateless(), { command: ['make', 'lint'], env: {} });
    assert.equal(run.version, 'unknown');
    assert.equal(run.watchStderr, false);
  });

  it('has another context with another command, recipe or configuration', async () => {
    const machine = new FakeMachine();
    const seen = new Set<string>();
    const look = async (line = 'make lint') =>
      seen.add(JSON.stringify((await nested(machine, line)).context)).size;
    await look();
    assert.equal(await look('make check'), 2);
    writeFiles(machine.project, { Makefile: 'lint:\n\tmypy --strict src\n' });
    assert.equal(await look(), 3);
    writeFiles(machine.project, { 'lint.sh': 'mypy src\n' });
    await look('sh lint.sh');
    writeFiles(machine.project, { 'lint.sh': 'mypy --strict src\n' });
    assert.equal(await look('sh lint.sh'), 5);
    writeFiles(machine.project, { 'mypy.ini': '[mypy]\nwarn_redundant_casts = True\n' });
    assert.equal(await look(), 6);
    // Seen by every version, but by none before 1.20 in the modules that import it.
    writeFiles(machine.project, { 'mypy.ini': '[mypy]\nignore_missing_imports = True\n' });
    assert.equal(await look(), 7);
    assert.equal(await look(), 7);
  });

  it('has the same context for other sources, and in another checkout', async () => {
    const [one, other] = [new FakeMachine(), new FakeMachine()];
    const line = ({ project }: FakeMachine, file: string) =>
      `pre-commit run --config=${join(project, 'x.yaml')} --files ${file}`;
    assert.deepEqual(
      (await nested(one, line(one, 'a.py'))).context,
      (await nested(other, line(other, 'src/b.py'))).context,
    );
  });
});

import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Invocation } from '@cleanmiss/checkers';
import { parseMypyCommand } from '../src/mypy/mypy-command.js';
import { askMypyVersion, isAtLeast } from '../src/mypy/mypy-version.js';
import { FakeMachine } from './support/fake-mypy.js';
import { writeExecutable, writeFiles } from './support/folder.js';

const ask = (machine: FakeMachine, words: readonly string[], more: Partial<Invocation> = {}) =>
  askMypyVersion(parseMypyCommand(words)!, machine.invocation(words, more));

// The fakes are shell scripts.
describe("mypy's version", { skip: process.platform === 'win32' }, () => {
  it('is not to be had where mypy is not found, or may not be executed', async () => {
    const machine = new FakeMachine();
    rmSync(machine.script);
    assert.deepEqual(await ask(machine, ['mypy']), { why: 'mypy was not found' });
    writeFiles(machine.bin, { mypy: 'not executable' });
    assert.deepEqual(await ask(machine, ['mypy']), { why: 'mypy was not found' });
  });

  it('is not to be had where mypy is broken', async () => {
    const machine = new FakeMachine();
    machine.writePython('exit 1');
    assert.deepEqual(await ask(machine, ['mypy']), { why: 'mypy did not tell its version' });
    assert.deepEqual(await ask(machine, ['python3', '-m', 'mypy']), {
      why: 'python3 -m mypy did not tell its version',
    });
  });

  it('is asked again after an upgrade in place', async () => {
    const machine = new FakeMachine('1.18.2');
    assert.deepEqual(await ask(machine, ['mypy']), { mypy: '1.18.2', python: '3.11' });
    writeFiles(machine.packages, { 'mypy/version.py': '__version__ = "longer than before"' });
    machine.install('2.4.0');
    assert.deepEqual(await ask(machine, ['mypy']), { mypy: '2.4.0', python: '3.11' });
  });

  it('is asked again when another mypy stands before it on the path', async () => {
    const machine = new FakeMachine();
    await ask(machine, ['python3', '-m', 'mypy']);
    await ask(machine, ['mypy']);
    const asked = machine.timesAsked();
    writeFiles(machine.bin, { 'mypy.py': '' });
    await ask(machine, ['mypy']);
    assert.equal(machine.timesAsked(), asked + 1);
  });

  it('is asked again when the folder becomes another venv', async () => {
    const machine = new FakeMachine();
    await ask(machine, ['mypy']);
    writeFiles(machine.folder, { 'pyvenv.cfg': 'home = /usr/bin' });
    await ask(machine, ['mypy']);
    assert.equal(machine.timesAsked(), 2);
  });

  it('is asked every time of a checkout, of a wrapper, and of an interpreter that is a script', async () => {
    const machine = new FakeMachine('1.19.0+dev.0123abc');
    await ask(machine, ['mypy']);
    await ask(machine, ['mypy']);
    assert.equal(machine.timesAsked(), 2);
    machine.install('1.18.2');
    await ask(machine, ['python3', '-m', 'mypy']);
    await ask(machine, ['python3', '-m', 'mypy']);
    assert.equal(machine.timesAsked(), 4);
    writeExecutable(machine.script, `#!/bin/sh\necho 'a warning'\necho "mypy 1.5.1 (compiled: yes)"\n`);
    assert.deepEqual(await ask(machine, ['mypy']), { mypy: '1.5.1', python: 'unknown' });
    writeExecutable(machine.script, `#!/bin/sh\necho "mypy 1.6.0 (compiled: yes)"\n`);
    assert.deepEqual(await ask(machine, ['mypy']), { mypy: '1.6.0', python: 'unknown' });
  });

  it('is asked once of what an installer wrote', async () => {
    const machine = new FakeMachine();
    const first = await ask(machine, ['mypy']);
    assert.deepEqual(await ask(machine, ['mypy']), first);
    assert.equal(machine.timesAsked(), 1);
  });

  for (const [how, shebang] of [
    ['through env', () => '#!/usr/bin/env python3\n'],
    ['through env with options', () => '#!/usr/bin/env -S python3 -s\n'],
    [
      'through a shell, for a long path',
      (python: string) => `#!/bin/sh\n'''exec' ${python} "$0" "$@"\n' '''\n`,
    ],
    [
      'through a shell, for a path with a space',
      (python: string) => `#!/bin/sh\n'''exec' "${python}" "$0" "$@"\n' '''\n`,
    ],
  ] as const) {
    it(`is asked of a script that finds its Python ${how}`, async () => {
      const machine = new FakeMachine();
      writeExecutable(machine.script, `${shebang(machine.python)}from mypy.__main__ import console_entry\n`);
      assert.deepEqual(await ask(machine, ['mypy']), { mypy: '1.18.2', python: '3.11' });
      assert.equal(machine.timesAsked(), 1);
    });
  }

  it('is asked behind a shim of pyenv, and again when pyenv chooses another', async () => {
    const machine = new FakeMachine('1.18.2');
    const root = join(machine.folder, 'pyenv');
    writeExecutable(
      join(root, 'libexec/pyenv'),
      `#!/bin/sh\ntest "$1 $2" = "which mypy" && echo '${machine.script}'\n`,
    );
    writeExecutable(
      join(root, 'shims/mypy'),
      `#!/usr/bin/env bash\nset -e\nexec "${root}/libexec/pyenv" exec "$program" "$@"\n`,
    );
    const env = { PATH: join(root, 'shims'), PYENV_ROOT: root };
    assert.deepEqual(await ask(machine, ['mypy'], { env }), { mypy: '1.18.2', python: '3.11' });
    await ask(machine, ['mypy'], { env });
    assert.equal(machine.timesAsked(), 1);
    writeFiles(machine.project, { '.python-version': '3.9' });
    await ask(machine, ['mypy'], { env });
    assert.equal(machine.timesAsked(), 2);
    await ask(machine, ['mypy'], { env: { ...env, PYENV_VERSION: '3.9' } });
    assert.equal(machine.timesAsked(), 3);
  });

  it('is that of the script a link leads to', async () => {
    const machine = new FakeMachine();
    symlinkSync(machine.script, join(machine.project, 'mypy'));
    assert.deepEqual(await ask(machine, ['./mypy']), { mypy: '1.18.2', python: '3.11' });
  });

  it('is compared by its numbers', () => {
    assert.ok(isAtLeast('1.20.0', 1, 20));
    assert.ok(isAtLeast('2.0.0', 1, 20));
    assert.ok(isAtLeast('1.20.0+dev.abc', 1, 20));
    assert.ok(!isAtLeast('1.9.0', 1, 20));
    assert.ok(!isAtLeast('0.991', 1, 0));
    assert.ok(!isAtLeast('unknown', 1, 0));
  });
});

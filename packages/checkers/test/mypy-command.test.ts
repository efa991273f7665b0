import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { builtInCheckers } from '@cleanmiss/checkers';
import { parseMypyCommand } from '../src/mypy/mypy-command.js';

const words = (line: string) => line.split(' ');

describe('a command that starts mypy', () => {
  for (const line of [
    'stubtest pkg',
    'mypyc mod.py',
    'nomypy',
    'python mypy',
    'python -c pass -m mypy',
    'python -m mypyc',
    'python -m mypy.stubtest pkg',
    'python script.py -m mypy',
    'python -m',
    'ruff check mypy',
  ]) {
    it(`is not \`${line}\``, () => {
      assert.notEqual(builtInCheckers.startedBy(words(line)), builtInCheckers.named('mypy'));
    });
  }

  for (const line of [
    'mypy a.py',
    '/usr/local/bin/mypy a.py',
    'mypy.exe a.py',
    'python -m mypy a.py',
    '/venv/bin/python3.11 -m mypy a.py',
    'python -X dev -W ignore -m mypy a.py',
    'python -Im mypy a.py',
    'python -mmypy a.py',
    'py -3.11 -m mypy a.py',
    'dmypy run',
  ]) {
    it(`is \`${line}\``, () => {
      assert.equal(builtInCheckers.startedBy(words(line)), builtInCheckers.named('mypy'));
    });
  }

  it('is taken apart behind the word that names mypy', () => {
    const start = words('python -X dev -Im mypy');
    const parsed = parseMypyCommand([...start, '-m', 'pkg']);
    assert.deepEqual(parsed, {
      program: 'mypy',
      start,
      args: ['-m', 'pkg'],
      pythonOptions: ['-X', 'dev', '-I'],
    });
  });

  it('is no command without words', () => {
    assert.equal(parseMypyCommand([]), undefined);
  });
});

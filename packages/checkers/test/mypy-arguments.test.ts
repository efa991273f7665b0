import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { lastValueOf, parseMypyArguments } from '../src/mypy/mypy-arguments.js';
import { temporaryFolder, writeFiles } from './support/folder.js';

const parse = (...args: string[]) => parseMypyArguments(args, '/');

describe("mypy's arguments", () => {
  it('hold the value of an option that we do not know, rather than a target', () => {
    const { options, targets } = parse('--brand-new', 'value', 'a.py');
    assert.deepEqual(options, [{ name: '--brand-new', values: ['value'] }]);
    assert.deepEqual(targets, ['a.py']);
  });

  it('hold targets beside switches and values', () => {
    const { options, targets } = parse(
      '--strict',
      'a.py',
      '--exclude',
      'x',
      'b.py',
      '--no-pretty',
      'c.py',
      '-v',
      'd.py',
    );
    assert.deepEqual(
      options.map(({ name, values }) => [name, ...values]),
      [['--strict'], ['--exclude', 'x'], ['--no-pretty'], ['-v']],
    );
    assert.deepEqual(targets, ['a.py', 'b.py', 'c.py', 'd.py']);
  });

  it('may be abbreviated, joined and short', () => {
    const { options } = parse('--cache-d', '/x', '--config-fi=y', '-mmod', '-p', 'pkg', '-n4', '-Ojson');
    assert.deepEqual(
      options.map(({ name, values }) => [name, ...values]),
      [
        ['--cache-dir', '/x'],
        ['--config-file', 'y'],
        ['--module', 'mod'],
        ['--package', 'pkg'],
        ['--num-workers', '4'],
        ['--output', 'json'],
      ],
    );
  });

  it('take as many words as the option wants', () => {
    const { options, targets } = parse(
      '--shadow-file',
      'a',
      'b',
      'c.py',
      '--cache-map',
      'x',
      'y',
      'z',
      '--',
      '-d.py',
    );
    assert.deepEqual(
      options.map(({ values }) => values),
      [
        ['a', 'b'],
        ['x', 'y', 'z'],
      ],
    );
    assert.deepEqual(targets, ['c.py', '-d.py']);
  });

  it('give the last of several values', () => {
    assert.equal(lastValueOf(parse('--cache-dir=a', '--cache-dir', 'b'), '--cache-dir'), 'b');
    assert.equal(lastValueOf(parse('--config-file='), '--config-file'), '');
  });

  it('may come from files, which may name files', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { one: '--strict\r\n@two\n', two: 'a.py\n--python-version\n3.9' });
    const { options, targets, endsInFile } = parseMypyArguments(['@one'], folder);
    assert.deepEqual(
      options.map(({ name }) => name),
      ['--strict', '--python-version'],
    );
    assert.deepEqual(targets, ['a.py']);
    assert.equal(endsInFile, false);
  });

  it('say when a file ends the options', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { one: '--\nb.py' });
    assert.equal(parseMypyArguments(['@one'], folder).endsInFile, true);
    assert.equal(parseMypyArguments(['--', 'b.py'], folder).endsInFile, false);
  });

  it('survive a file that is not there, or names itself', () => {
    const folder = temporaryFolder();
    writeFiles(folder, { loop: '@loop' });
    assert.deepEqual(parseMypyArguments(['@gone'], folder).targets, ['@gone']);
    assert.deepEqual(parseMypyArguments([`@${join(folder, 'loop')}`], folder).targets, ['@loop']);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { VersionMemory } from '@cleanmiss/checkers';
import { temporaryFolder, writeFiles } from './support/folder.js';

const identity = { found: '/bin/mypy' };
const learned = { mypy: '1.0.1' };

describe('the memory of versions', () => {
  it('is empty where its file is garbage, or of another format', () => {
    for (const garbage of [
      '',
      '{',
      '[]',
      '{"format":1}',
      '{"format":1,"entries":[1]}',
      '{"format":9,"entries":{}}',
    ]) {
      const folder = temporaryFolder();
      writeFiles(folder, { 'versions.json': garbage });
      const memory = new VersionMemory(join(folder, 'versions.json'));
      assert.equal(memory.recall(identity), undefined);
      memory.remember(identity, learned, []);
      assert.deepEqual(memory.recall(identity), learned);
    }
  });

  it('forgets what it learned when a witness was written, went away, or came', () => {
    const folder = temporaryFolder();
    const memory = new VersionMemory(join(folder, 'versions.json'));
    const witnesses = [join(folder, 'script'), join(folder, 'shadow')];
    const rememberAnew = () => {
      writeFiles(folder, { script: 'one' });
      memory.remember(identity, learned, witnesses);
      assert.deepEqual(memory.recall(identity), learned);
    };
    rememberAnew();
    writeFiles(folder, { script: 'another' });
    assert.equal(memory.recall(identity), undefined);
    rememberAnew();
    writeFiles(folder, { shadow: '' });
    assert.equal(memory.recall(identity), undefined);
  });

  it('is shared by all that name the same file', () => {
    const file = join(temporaryFolder(), 'new folder', 'versions.json');
    new VersionMemory(file).remember(identity, learned, []);
    new VersionMemory(file).remember({ found: 'other' }, { mypy: '2.4.0' }, []);
    assert.deepEqual(new VersionMemory(file).recall(identity), learned);
    assert.deepEqual(new VersionMemory(file).recall({ found: 'other' }), { mypy: '2.4.0' });
  });

  it('leaves nothing behind where its file cannot be written', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'versions.json'));
    new VersionMemory(join(folder, 'versions.json')).remember(identity, learned, []);
    assert.deepEqual(readdirSync(folder), ['versions.json']);
  });

  it('does not mind a file where its folder should be', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const memory = new VersionMemory(join(folder, 'file', 'versions.json'));
    memory.remember(identity, learned, []);
    assert.equal(memory.recall(identity), undefined);
  });

  it('forgets the oldest when there are too many', () => {
    const memory = new VersionMemory(join(temporaryFolder(), 'versions.json'));
    for (let number = 0; number <= 200; number++) memory.remember({ number }, { number }, []);
    assert.equal(memory.recall({ number: 0 }), undefined);
    assert.deepEqual(memory.recall({ number: 1 }), { number: 1 });
    assert.deepEqual(memory.recall({ number: 200 }), { number: 200 });
  });
});

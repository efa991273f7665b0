import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseJson, type JsonObject } from '@cleanmiss/core';
import { localPath, portableName, readEntryFile, writeEntryFile } from '../src/entry-cache/entry-file.js';
import { formatFlatted, parseFlatted } from '../src/entry-cache/flatted.js';
import { temporaryFolder } from './support/folder.js';

describe('the cache file of file-entry-cache', () => {
  for (const form of ['map', 'list'] as const) {
    it(`is read as it was written, members in their order: ${form}`, () => {
      const file = join(temporaryFolder(), 'cache');
      const entry: JsonObject = { hash: 'x', results: { b: [1, 'x', null], a: { text: '12', empty: {} } } };
      writeEntryFile(file, {
        form,
        entries: new Map([
          ['/p/a.js', entry],
          ['__proto__', entry],
        ]),
      });
      const read = readEntryFile(file);
      assert.equal(read?.form, form);
      assert.equal(
        JSON.stringify([...read.entries]),
        JSON.stringify([
          ['/p/a.js', entry],
          ['__proto__', entry],
        ]),
      );
    });
  }

  for (const text of ['', '{', '[]', '["1"]', '[{"a":"7"}]', '[{"a":"1"},{"b":"0"}]', '[{"a":"x"}]', '7']) {
    it(`is none where it is damaged: ${text}`, () => {
      const file = join(temporaryFolder(), 'cache');
      writeFileSync(file, text);
      assert.equal(readEntryFile(file)?.entries.size ?? 0, 0);
    });
  }

  it('holds each text once, as flat-cache writes it', () => {
    const text = formatFlatted({ a: 'same', b: ['same', 1] });
    assert.equal(text, '[{"a":"1","b":"2"},"same",["1",1]]');
    assert.deepEqual(parseFlatted(parseJson(text)), { a: 'same', b: ['same', 1] });
  });
});

describe('the name of a file', () => {
  it('is the same in every checkout', () => {
    assert.equal(portableName('/home/me/p/src/a.js', '/home/me/p'), 'src/a.js');
    assert.equal(localPath('src/a.js', '/home/you/q'), '/home/you/q/src/a.js');
  });

  for (const name of ['../a.js', '/etc/passwd', 'src/../../a.js', './a.js', 'src//a.js'])
    it(`never leads out of the project: ${name}`, () => {
      assert.equal(localPath(name, '/home/me/p'), undefined);
    });

  it('is none for a file outside of the project', () => {
    assert.equal(portableName('/home/me/pq/a.js', '/home/me/p'), undefined);
  });
});

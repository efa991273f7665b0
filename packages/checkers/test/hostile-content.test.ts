import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '@cleanmiss/core';
import type { UnitState } from '@cleanmiss/snapshot';
import { VersionMemory } from '../src/index.js';
import { iniSettings, tomlSettings } from '../src/mypy/config-settings.js';
import { isMistakenForItsSource } from '../src/mypy/mistaken-sources.js';
import { mistakenUnitsNow } from '../src/mypy/mistaken-units.js';
import { readFixedMeta, readJsonMeta } from '../src/mypy/module-meta.js';
import { MypyLayout } from '../src/mypy/mypy-layout.js';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;
const noPipes = { skip: process.platform === 'win32' && 'Windows has no pipes in folders' };

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cleanmiss-hostile-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('a meta of a module, in a state that came from others', () => {
  const json = fc
    .record(
      {
        path: fc.jsonValue(),
        interface_hash: fc.jsonValue(),
        dependencies: fc.jsonValue(),
        dep_hashes: fc.jsonValue(),
        mtime: fc.jsonValue(),
        size: fc.jsonValue(),
        hash: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => Buffer.from(JSON.stringify(value)));
  const fixed = fc
    .array(fc.oneof(fc.constantFrom(3, 4, 15, 0, 20, 255), fc.nat(255)), { maxLength: 60 })
    .map((bytes) => Buffer.from([1, 2, 4, ...bytes]));

  it('is read as far as it can be, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(json, fixed, fc.uint8Array()), (bytes) => {
        for (const meta of [readJsonMeta(bytes), readFixedMeta(bytes)]) {
          assert.ok(meta?.path === undefined || typeof meta.path === 'string');
        }
      }),
      { numRuns },
    );
  });

  it('is none where it is nested more deeply than any stack, or of many megabytes', () => {
    assert.equal(
      readJsonMeta(Buffer.from(`{"path":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)),
      undefined,
    );
    assert.equal(readJsonMeta(Buffer.from(`{"path":"${'x'.repeat(9 * 1024 * 1024)}"}`)), undefined);
  });
});

describe('what a manifest of others says of a unit', () => {
  it('is believed or not, whatever it is', () => {
    const place = { cwd: directory, root: directory, isFixed: false };
    const layout = new MypyLayout(place);
    const source = fc.constantFrom(
      '/etc/passwd',
      '/dev/zero',
      '../../x',
      'a\0b',
      '',
      '/',
      '/dev/stdin',
      'a.py',
    );
    const facts = fc.record(
      {
        source: fc.oneof(source, fc.jsonValue()),
        seen: fc.oneof(fc.jsonValue(), fc.tuple(fc.nat(), fc.nat(), fc.string())),
        unfit: fc.jsonValue(),
        interface: fc.jsonValue(),
        plugins: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const unit = fc.record({ name: fc.string(), facts, files: fc.array(fc.string()), touched: fc.boolean() });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 4 }), (units) => {
        const states = units.map((each) => ({ ...each, before: undefined })) as readonly UnitState[];
        mistakenUnitsNow({ units: states, place });
        layout.unitsToDrop(states, () => new Uint8Array());
      }),
      { numRuns },
    );
  });

  it('has nobody wait for a pipe, or read a device', noPipes, () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const source of [pipe, '/dev/zero']) {
      const { mtimeMs, size } = statSync(source);
      const facts: JsonObject = { source, seen: [Math.floor(mtimeMs / 1000), size, 'a'.repeat(40)] };
      assert.equal(isMistakenForItsSource(facts, { cwd: '/', root: '/', isFixed: true }), false);
    }
  });
});

describe('a configuration of mypy', () => {
  it('is read in one go, however many empty lines or blanks it has', () => {
    assert.equal(tomlSettings('\n'.repeat(1_000_000)), undefined);
    const key = `a${' '.repeat(1_000_000)}b`;
    const settings = iniSettings(`[mypy]\n${key}\nc = 1\n`);
    assert.deepEqual(
      settings?.map((setting) => setting.key),
      [key, 'c'],
    );
  });

  it('is read whatever it holds', () => {
    const line = fc.constantFrom(
      '[mypy]',
      '[tool.mypy]',
      '[mypy-a.*]',
      'a = 1',
      ' b',
      '[',
      ']',
      '=',
      '#',
      '"""',
    );
    const text = fc.array(fc.oneof(line, fc.string())).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, (written) => {
        iniSettings(written);
        tomlSettings(written);
      }),
      { numRuns },
    );
  });
});

describe('the memory of versions', () => {
  it('is empty or holds, whatever its file is', () => {
    const file = join(directory, 'versions.json');
    const entries = fc.dictionary(
      fc.string(),
      fc.record({ learned: fc.jsonValue(), witnesses: fc.jsonValue() }),
    );
    const document = fc.record({ format: fc.constantFrom(1, 2), entries: fc.oneof(entries, fc.jsonValue()) });
    fc.assert(
      fc.property(fc.oneof(document, fc.jsonValue()), (value) => {
        writeFileSync(file, JSON.stringify(value));
        const memory = new VersionMemory(file);
        memory.recall({ a: 1 });
        memory.remember({ a: 1 }, { learned: true }, []);
        assert.deepEqual(memory.recall({ a: 1 }), { learned: true });
      }),
      { numRuns },
    );
  });

  it('is not read through a link, nor written through one', noPipes, () => {
    const [file, own] = [join(directory, 'versions.json'), join(directory, 'own')];
    writeFileSync(own, 'untouched');
    symlinkSync(own, `${file}.${process.pid}.tmp`);
    symlinkSync(own, file);
    new VersionMemory(file).remember({ a: 1 }, { learned: true }, []);
    assert.equal(readFileSync(own, 'utf8'), 'untouched');
    assert.deepEqual(new VersionMemory(file).recall({ a: 1 }), { learned: true });
    rmSync(file);
    execFileSync('mkfifo', [file]);
    assert.equal(new VersionMemory(file).recall({ a: 1 }), undefined);
    rmSync(file);
    mkdirSync(file);
    assert.equal(new VersionMemory(file).recall({ a: 1 }), undefined);
  });
});

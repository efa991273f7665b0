import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { keyHashOf } from '@cleanmiss/core';
import { startRedis, type RedisServer } from '@cleanmiss/redis-fixture';
import { snapshotKey } from '@cleanmiss/snapshot';
import { CanaryTree } from './support/canaries.js';
import { WatchedProcesses } from './support/fault-processes.js';
import { blobFrom, pageOf, Poisoner, type PoisonedFile, type PoisonedUnit } from './support/poison.js';
import {
  assertSameAnswer,
  coldAnswer,
  copyProject,
  findTools,
  Machine,
  TemporaryDirectory,
  writeProject,
  type Ended,
} from './support/index.js';

/** Of a process of ours; some 90 are usual. */
const maxPeakBytes = 300 * 1024 * 1024;
const megabyte = blobFrom(Buffer.alloc(1024 * 1024));
const small = blobFrom('{}');

interface Poison {
  readonly name: string;
  /** Of the report. */
  readonly reason: RegExp;
  /** Only in full: a test of the package shows it as well. */
  readonly inFull?: boolean;
  /** Answers the snapshot that all refs are to lead to. */
  readonly plant: (poisoner: Poisoner) => Promise<string>;
}

const unitOf = (...files: readonly PoisonedFile[]): PoisonedUnit => ({ name: '3.11/a', files });
const file = (path: string, ...blobs: readonly (typeof small)[]): PoisonedFile => ({ path, blobs });
const textOf = ({ bytes }: { readonly bytes: Uint8Array }) => Buffer.from(bytes).toString();
const brackets = '['.repeat(100_000) + ']'.repeat(100_000);

/** A header as it should be, then what it says is so long when it is unpacked. */
function valueOf(size: number, payload: Uint8Array): Buffer {
  const header = Buffer.from([1, 1, 0xfe, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUIntBE(size, 6, 6);
  return Buffer.concat([header, payload]);
}

/** Each in a page of its own: none of them hides another. */
const waysOut = [
  '../../../../../outside/thesis/chapter',
  '/tmp/absolute',
  'a/../../../x',
  'C:\\x',
  'a\0b',
  'a/',
];

const poisons: readonly Poison[] = [
  {
    name: 'a manifest with paths that lead out of the slot',
    reason: /^blob-corrupt$/,
    plant: (poisoner) =>
      poisoner.plantSnapshot(
        waysOut.map((path) => pageOf(unitOf(file(path, small)))),
        [small],
      ),
  },
  {
    name: 'a manifest with a file where another wants a folder',
    reason: /^meta-corrupt$/,
    plant: (poisoner) =>
      poisoner.plantSnapshot([pageOf(unitOf(file('a', small), file('a/b.meta.json', small)))], [small]),
  },
  {
    name: 'a manifest that is nested more deeply than any stack',
    reason: /^blob-corrupt$/,
    plant: (poisoner) =>
      poisoner.plantSnapshot(
        [blobFrom(textOf(pageOf(unitOf(file('a', small)))).replace('{}', brackets))],
        [small],
      ),
  },
  {
    name: 'a meta of a snapshot that is nested more deeply than any stack',
    inFull: true,
    reason: /^meta-corrupt$/,
    plant: async (poisoner) => {
      const id = 'f'.repeat(64);
      await poisoner.plantMeta(
        keyHashOf(snapshotKey(id)),
        Buffer.from(`{"format":1,"attributes":{"a":${brackets}}}`),
      );
      return id;
    },
  },
  {
    name: 'a blob that unpacks into 512 times what it says',
    reason: /^blob-(?:corrupt|missing)$/,
    plant: async (poisoner) => {
      const id = await poisoner.plantSnapshot([pageOf(unitOf(file('3.11/a.meta.json', megabyte)))]);
      const piece = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
      const bomb = Buffer.concat(Array.from({ length: 32 }, () => piece));
      await poisoner.setValue(megabyte, valueOf(megabyte.ref.size, bomb));
      return id;
    },
  },
  {
    name: 'a blob whose value says that it has 2 GB',
    inFull: true,
    reason: /^blob-(?:corrupt|missing)$/,
    plant: async (poisoner) => {
      const id = await poisoner.plantSnapshot([pageOf(unitOf(file('3.11/a.meta.json', megabyte)))]);
      await poisoner.setValue(megabyte, valueOf(2 ** 31, deflateRawSync(Buffer.alloc(1000))));
      return id;
    },
  },
  {
    name: 'a state with files that no checker keeps, one of them a hook of git',
    reason: /^meta-corrupt$/,
    plant: (poisoner) => {
      const units = ['.git/hooks/pre-commit', '__proto__/toString', 'sitecustomize.py'].map((path) => {
        return { name: path, files: [file(path, small)], facts: { source: '/dev/zero' } };
      });
      return poisoner.plantSnapshot([pageOf(...units)], [small]);
    },
  },
];

describe('a Redis to which somebody writes who means harm', () => {
  const directory = new TemporaryDirectory();
  const source = join(directory.path, 'source');
  const { mypy } = findTools();
  let server: RedisServer;
  let expected: Ended;

  before(async () => {
    writeProject(source, { 'a.py': 'import json\nx: int = json.dumps(1)\n' });
    expected = await coldAnswer(mypy, ['a.py'], source, join(directory.path, 'cache'));
    server = await startRedis();
    const machine = new Machine({ directory: join(directory.path, 'first'), remote: server.url });
    copyProject(source, machine.project);
    await machine.check([mypy.command, 'a.py']);
  });
  after(async () => {
    await server.stop();
    directory[Symbol.dispose]();
  });

  const isFull = process.env['CLEANMISS_LONG'] === '1';
  for (const { name, reason, plant } of poisons.filter(({ inFull }) => isFull || !inFull)) {
    it(`costs time, and nothing else: ${name}`, async () => {
      using place = new TemporaryDirectory();
      using poisoner = new Poisoner(server);
      const canaries = new CanaryTree(join(place.path, 'outside'));
      await poisoner.pointRefsAt(await plant(poisoner));
      const processes = new WatchedProcesses(place.path);
      const env = { ...processes.env, CLEANMISS_REMOTE_MODE: 'read' };
      const machine = new Machine({ directory: join(place.path, 'machine'), remote: server.url, env });
      copyProject(source, machine.project);
      const checked = await machine.check([mypy.command, 'a.py']);
      assertSameAnswer(checked, expected, name);
      assert.match(checked.report.reason ?? '', reason, JSON.stringify(checked.report));
      assert.deepEqual(checked.report.degraded, []);
      canaries.assertUntouched();
      const peak = processes.peakBytes();
      assert.ok(peak > 0 && peak < maxPeakBytes, `it took ${String(peak)} bytes`);
      // What this machine computed itself is its own: the next run starts from that.
      const next = await machine.check([mypy.command, 'a.py']);
      assertSameAnswer(next, expected, `${name}, once more`);
      assert.equal(next.report.outcome, 'hit');
    });
  }
});

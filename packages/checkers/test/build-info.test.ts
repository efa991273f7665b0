import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { localPath, sharedPath, toShared, writeLocal, writeShared } from '../src/tsc/build-info.js';

const withError = (messageText: string) =>
  JSON.stringify({ fileNames: ['../../a.ts'], semanticDiagnosticsPerFile: [[1, [{ messageText }]]] });

describe('the state of tsc', () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'cleanmiss-test-'));
    mkdirSync(join(stateDir, 'tsc'));
  });
  afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

  const write = (path: string, text: string) => writeFileSync(join(stateDir, path), text);
  const read = (path: string) => readFileSync(join(stateDir, path), 'utf8');

  it('names the project where it is now, and nowhere in what travels', () => {
    write(localPath, withError("'/home/a/project/node_modules/x/index.js' implicitly has an 'any' type."));
    writeShared(stateDir, '/home/a/project');
    assert.doesNotMatch(read(sharedPath), /home/);
    assert.equal(writeLocal(stateDir, '/srv/b', false), true);
    assert.equal(
      read(localPath),
      withError("'/srv/b/node_modules/x/index.js' implicitly has an 'any' type."),
    );
  });

  it('says that nothing is written, for a run that writes', () => {
    const fileNames = ['../../lib.es5.d.ts', '../../a.ts', '../../b.tsx', '../../c.d.mts', '../../d.json'];
    write(sharedPath, JSON.stringify({ fileNames, affectedFilesPendingEmit: [2] }));
    assert.equal(writeLocal(stateDir, '/srv/b', true), true);
    const { affectedFilesPendingEmit } = JSON.parse(read(localPath)) as {
      affectedFilesPendingEmit: number[];
    };
    assert.deepEqual(affectedFilesPendingEmit, [2, 3, 5]);
    write(sharedPath, '{}');
    assert.equal(writeLocal(stateDir, '/srv/b', true), false);
  });

  it('is not taken from what an earlier run has left for tsc', () => {
    write(localPath, 'cut off in the mid');
    assert.equal(writeLocal(stateDir, '/srv/b', false), false);
    assert.throws(() => read(localPath), { code: 'ENOENT' });
  });

  it('does not travel where an error names a file outside the project, or where it is damaged', () => {
    for (const text of [
      withError("'/opt/lib/x/index.js' has no types."),
      '{"fileNames":',
      '[]',
      '"\\u0000root\\u0000"',
    ])
      assert.equal(toShared(text, '/home/a/project'), undefined, text);
  });

  it('tells a folder from another whose name begins like its own', () => {
    assert.equal(toShared(withError("'/home/a/project2/x.js' has no types."), '/home/a/project'), undefined);
  });

  it('is removed with what tsc has not left', () => {
    write(sharedPath, '{}');
    writeShared(stateDir, '/home/a/project');
    assert.throws(() => read(sharedPath), { code: 'ENOENT' });
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isOutage, VerifyingBlobStore, type BlobRef } from '@cleanmiss/core';
import {
  blobFrom,
  contentAt,
  filesIn,
  openFixture,
  StoreFixture,
  systemError,
  temporaryDirectory,
} from './support/store-fixture.js';

const blob = blobFrom('the content');
const other = blobFrom('other content');
const corrupt = { found: false, reason: 'blob-corrupt' };

describe('what stands under the name of a blob and is no plain file', () => {
  it('is corrupt: a link, also to the right content', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    const outside = join(temporaryDirectory(t), 'outside');
    fs.renameSync(store.pathOf(blob), outside);
    fs.symlinkSync(outside, store.pathOf(blob));
    assert.deepEqual(await store.cache.blobs.getMany([blob.ref]), [corrupt]);
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), [blob.ref]);
    assert.equal(contentAt(outside), 'the content', 'what the link points to is not touched');
  });

  it('is corrupt: a pipe, for which nobody waits', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    fs.unlinkSync(store.pathOf(blob));
    execFileSync('mkfifo', [store.pathOf(blob)]);
    assert.deepEqual(await store.cache.blobs.getMany([blob.ref]), [corrupt]);
    assert.deepEqual(await store.cache.blobs.getMany([blob.ref]), [{ found: false, reason: 'blob-missing' }]);
  });

  it('is corrupt: a folder', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([other]);
    fs.mkdirSync(join(store.pathOf(blob), 'deep'), { recursive: true });
    assert.deepEqual(await store.cache.blobs.getMany([blob.ref]), [corrupt]);
    assert.equal(fs.existsSync(store.pathOf(blob)), false);
  });

  it('makes way for the blob that is put', async (t) => {
    for (const plant of [
      (path: string) => fs.mkdirSync(join(path, 'deep'), { recursive: true }),
      (path: string) => fs.symlinkSync('/etc/passwd', path),
      (path: string) => execFileSync('mkfifo', [path]),
    ]) {
      const store = openFixture(t);
      await store.blobs.putMany([blob]);
      fs.unlinkSync(store.pathOf(blob));
      plant(store.pathOf(blob));
      await store.blobs.putMany([blob]);
      assert.ok(fs.lstatSync(store.pathOf(blob)).isFile());
      assert.equal(contentAt(store.pathOf(blob)), 'the content');
    }
    assert.ok(fs.lstatSync('/etc/passwd').isFile());
  });

  it('is not read when it is longer than the blob, however long', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    fs.truncateSync(store.pathOf(blob), 2 ** 40);
    const readSync = () => assert.fail('a terabyte was read');
    const [result] = await store.with({ readSync }).blobs.getMany([blob.ref]);
    assert.ok(result?.found && result.bytes.length !== blob.ref.size);
  });
});

describe('a blob that cannot be read', () => {
  it('alone is unavailable, and the others are there', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob, other]);
    for (const code of ['EACCES', 'EIO', 'EPERM']) {
      const failing = store.with({ openSync: failingAt('openSync', store.pathOf(blob), code) });
      const [first, second] = await failing.blobs.getMany([blob.ref, other.ref]);
      assert.deepEqual(first, { found: false, reason: 'unavailable' }, code);
      assert.ok(second?.found);
    }
  });

  it('is replaced when it is put again', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.damage(blob, 'XXX content');
    await store
      .with({
        readSync: () => {
          throw systemError('EIO', 'read');
        },
      })
      .blobs.putMany([blob]);
    assert.equal(contentAt(store.pathOf(blob)), 'the content');
  });
});

describe('a store out of order', () => {
  it('rejects with an outage: a file where its folder should be', async (t) => {
    const directory = join(temporaryDirectory(t), 'file');
    fs.writeFileSync(directory, 'not a folder');
    const store = new StoreFixture(directory);
    await assert.rejects(store.blobs.putMany([blob]), isOutage);
    await assert.rejects(store.blobs.getMany([blob.ref]), isOutage);
    await assert.rejects(store.cache.put({ key: 'k', blobs: {} }), isOutage);
    await assert.rejects(store.cache.get('k'), isOutage);
    await assert.rejects(store.maintenance.gc(), isOutage);
  });

  it('rejects with an outage: its folders cannot be entered', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: { data: blob.bytes } });
    const deny = () => {
      throw systemError('EACCES');
    };
    const denied = store.with({ openSync: deny, accessSync: deny, lstatSync: deny, readdirSync: deny });
    await assert.rejects(denied.blobs.getMany([blob.ref]), isOutage);
    await assert.rejects(denied.blobs.findMissing([blob.ref]), isOutage);
    await assert.rejects(denied.blobs.putMany([blob]), isOutage);
    await assert.rejects(denied.cache.get('k'), isOutage);
    await assert.rejects(denied.maintenance.stats(), isOutage);
  });

  it('rejects with an outage also where the system says something that nobody has foreseen', async (t) => {
    const store = openFixture(t);
    const strange = store.with({
      openSync: () => {
        throw systemError('ESOMETHING');
      },
    });
    await assert.rejects(strange.blobs.putMany([blob]), isOutage);
    await assert.rejects(strange.blobs.getMany([blob.ref]), isOutage);
  });

  it('that may only be read is read', async (t) => {
    const store = openFixture(t);
    await store.cache.put({ key: 'k', blobs: { data: blob.bytes, other: other.bytes } });
    store.damage(other, 'OTHER content');
    const deny = () => {
      throw systemError('EROFS');
    };
    const readOnly = store.with({ utimesSync: deny, renameSync: deny, mkdirSync: deny, unlinkSync: deny });
    assert.deepEqual(await readOnly.blobs.findMissing([blob.ref]), []);
    assert.deepEqual(await readOnly.cache.get('k'), { hit: false, reason: 'blob-corrupt' });
    const [first] = await readOnly.cache.blobs.getMany([blob.ref, other.ref]);
    assert.ok(first?.found);
    await assert.rejects(readOnly.blobs.putMany([other]), isOutage);
  });

  it('that is not there has nothing in it, and is not made by looking', async (t) => {
    const directory = join(temporaryDirectory(t), 'not', 'there');
    const store = new StoreFixture(directory);
    assert.deepEqual(await store.blobs.getMany([blob.ref]), [{ found: false, reason: 'blob-missing' }]);
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), [blob.ref]);
    await store.blobs.deleteMany([blob.ref.digest]);
    assert.equal(fs.existsSync(directory), false);
  });

  it('that is emptied while we have it open is made again', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    fs.rmSync(store.directory, { recursive: true });
    await store.cache.put({ key: 'k', blobs: { data: blob.bytes } });
    assert.ok((await store.cache.get('k')).hit);
  });
});

describe('a full disk', () => {
  it('leaves no half blob and no temporary file, and what was there before', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([other]);
    const full: typeof fs.writeSync = (fd: number) => {
      fs.writeSync(fd, Buffer.from('half'));
      throw systemError('ENOSPC', 'write');
    };
    await assert.rejects(store.with({ writeSync: full }).blobs.putMany([other, blob]), isOutage);
    assert.deepEqual(await store.blobs.findMissing([blob.ref, other.ref]), [blob.ref]);
    assert.equal(store.list().length, 1);
  });

  it('that shows itself only on closing is noticed as well', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([other]);
    let writing: number | undefined;
    const openSync: typeof fs.openSync = (path, flags, mode) => {
      const fd = fs.openSync(path, flags, mode);
      if (String(path).includes('.tmp-')) writing = fd;
      return fd;
    };
    const closeSync = (fd: number) => {
      fs.closeSync(fd);
      if (fd === writing) throw systemError('EDQUOT', 'close');
    };
    await assert.rejects(store.with({ openSync, closeSync }).blobs.putMany([blob]), { code: 'EDQUOT' });
    assert.deepEqual(await store.blobs.findMissing([blob.ref, other.ref]), [blob.ref]);
    assert.equal(store.list().length, 1);
  });
});

describe('putting', () => {
  it('what is there already writes nothing and renews its lifetime', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    store.age(store.pathOf(blob), 1e7);
    const before = fs.statSync(store.pathOf(blob));
    await store.blobs.putMany([blob]);
    const after = fs.statSync(store.pathOf(blob));
    assert.equal(after.ino, before.ino);
    assert.ok(after.mtimeMs > before.mtimeMs);
  });

  it('is done where the name was refused because another has put the same there', async (t) => {
    const store = openFixture(t);
    const renameSync: typeof fs.renameSync = (from, to) => {
      fs.renameSync(from, to);
      throw systemError('EPERM', 'rename');
    };
    await store.with({ renameSync }).blobs.putMany([blob]);
    assert.deepEqual(await store.blobs.findMissing([blob.ref]), []);
  });

  it('gives files and folders to nobody else, whatever the umask', async (t) => {
    const umask = process.umask(0);
    t.after(() => process.umask(umask));
    for (const mask of [0, 0o022, 0o077]) {
      process.umask(mask);
      const store = new StoreFixture(join(temporaryDirectory(t), 'store'));
      await store.cache.put({ key: 'k', blobs: { data: blob.bytes } });
      for (const path of fs.readdirSync(store.directory, { recursive: true }) as string[]) {
        const stats = fs.statSync(join(store.directory, path));
        assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, path);
      }
      assert.equal(fs.statSync(store.directory).mode & 0o777, 0o700);
    }
  });

  it('stops between two batches when its signal ends, with its reason', async (t) => {
    const store = openFixture(t);
    const blobs = Array.from({ length: 500 }, (_, i) => blobFrom(`blob ${i}`));
    const controller = new AbortController();
    const reason = new Error('enough');
    let written = 0;
    const openSync: typeof fs.openSync = (path, flags, mode) => {
      if (String(path).includes('.tmp-') && ++written === 10) controller.abort(reason);
      return fs.openSync(path, flags, mode);
    };
    const put = store.with({ openSync }).blobs.putMany(blobs, { signal: controller.signal });
    await assert.rejects(put, (error) => error === reason);
    const missing = await store.blobs.findMissing(blobs.map(({ ref }) => ref));
    assert.ok(missing.length > 0 && missing.length < 500);
    assert.equal(filesIn(store.files.blobs.directory).length, 500 - missing.length);
  });

  it('lets others have a turn in a long batch', async (t) => {
    const store = openFixture(t);
    const blobs = Array.from({ length: 300 }, (_, i) => blobFrom(`blob ${i}`));
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    t.after(() => {
      clearInterval(ticking);
    });
    await store.blobs.putMany(blobs);
    await store.blobs.getMany(blobs.map(({ ref }) => ref));
    assert.ok(turns > 0);
  });
});

describe('reading', () => {
  it('believes no size that a meta may claim', async (t) => {
    const store = openFixture(t);
    await store.blobs.putMany([blob]);
    const lying: BlobRef = { ...blob.ref, size: 2 ** 50 };
    const verifying = new VerifyingBlobStore(store.blobs);
    assert.deepEqual(await verifying.getMany([lying]), [corrupt]);
    const [result] = await verifying.getMany([blob.ref]);
    assert.ok(result?.found, 'the blob is good; it was the meta that lied');
  });
});

function failingAt(_: 'openSync', path: string, code: string): typeof fs.openSync {
  return (opened, flags, mode) => {
    if (opened === path) throw systemError(code);
    return fs.openSync(opened, flags, mode);
  };
}

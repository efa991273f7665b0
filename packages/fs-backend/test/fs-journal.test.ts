import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isOutage, type JournalBatch, type Key } from '@cleanmiss/core';
import { FsJournal, type FileSystem } from '@cleanmiss/fs-backend';
import { Child } from './support/child.js';
import { recordsOf } from './support/journal-records.js';
import { hourMs, systemError, temporaryDirectory } from './support/store-fixture.js';

const long = process.env['CLEANMISS_LONG'] === '1';
const kills = long ? 100 : 6;
const batchesEach = long ? 2000 : 150;
const dayMs = 24 * hourMs;

describe('a journal in a folder that is out of order', () => {
  it('rejects with an outage, leaves nothing half done, and has no work', async (t) => {
    for (const code of ['EACCES', 'EROFS', 'ENOSPC', 'EDQUOT']) {
      const directory = newFolder(t);
      mkdirSync(directory);
      for (const call of ['openSync', 'writeSync'] as const) {
        const journal = new FsJournal({ directory, fs: failing({ [call]: code }) });
        await assert.rejects(journal.append(recordsOf('a', 0)), isOutage, code);
        assert.deepEqual(readdirSync(directory), []);
        assert.equal(journal.hasWork(), false);
      }
    }
  });

  it('has no work in a batch that we may not read: an uploader would try it for ever', async (t) => {
    const directory = newFolder(t);
    await new FsJournal({ directory }).append(recordsOf('a', 0));
    const closed = new FsJournal({ directory, fs: failing({ accessSync: 'EACCES', openSync: 'EACCES' }) });
    assert.equal(closed.hasWork(), false);
    assert.deepEqual(await closed.batches(), []);
    assert.equal(new FsJournal({ directory }).hasWork(), true, 'it is left for whoever may');
  });

  it('rejects with an outage where something else stands in its place', async (t) => {
    const directory = newFolder(t);
    writeFileSync(directory, 'not a folder');
    const journal = new FsJournal({ directory });
    await assert.rejects(journal.append(recordsOf('a', 0)), isOutage);
    await assert.rejects(journal.batches(), isOutage);
    assert.equal(journal.hasWork(), false, 'asked at every run: it does not throw');
  });

  it('rejects with an outage where a batch that was told cannot be taken out', async (t) => {
    const directory = newFolder(t);
    await new FsJournal({ directory }).append(recordsOf('a', 0));
    const journal = new FsJournal({ directory, fs: failing({ unlinkSync: 'EACCES' }) });
    const [batch] = await journal.batches();
    await assert.rejects(journal.remove(batch!), isOutage);
  });

  it('has no batch that was not given its name', async (t) => {
    const directory = newFolder(t);
    const journal = new FsJournal({ directory, fs: failing({ renameSync: 'EIO' }) });
    await assert.rejects(journal.append(recordsOf('a', 0)), isOutage);
    assert.equal(journal.hasWork(), false);
    assert.deepEqual(await journal.batches(), []);
  });

  it('is empty where there is no folder yet', async (t) => {
    const journal = new FsJournal({ directory: newFolder(t) });
    assert.equal(journal.hasWork(), false);
    assert.deepEqual(await journal.batches(), []);
    await journal.remove({ id: '000000000000000-gone.jsonl', records: [] });
  });
});

describe('damage in a journal', () => {
  it('costs the batch that it is in: none that was changed, cut short or emptied is told', async (t) => {
    const good = await new FsJournalFixture(t).withBatches(1);
    const content = readFileSync(good.paths()[0]!);
    const damaged: readonly Uint8Array[] = [
      new Uint8Array(0),
      new Uint8Array(content.length),
      Buffer.from('not a record\n'),
      Buffer.concat([content, Buffer.from('and more\n')]),
      content.subarray(0, content.length - 2),
      content.subarray(1),
      ...Array.from({ length: 200 }, (_, i) => flipped(content, Math.floor((content.length * 8 * i) / 200))),
    ];
    for (const bytes of damaged) {
      const journal = await new FsJournalFixture(t).withBatches(3);
      writeFileSync(journal.paths()[1]!, bytes);
      assert.deepEqual(labels(await journal.batches()), ['a 0', 'a 2']);
      assert.equal(journal.paths().length, 2, 'the damaged one is out of the way');
    }
  });

  it('keeps nobody from the rest: folders, links and foreign files under any name', async (t) => {
    const journal = await new FsJournalFixture(t).withBatches(2);
    const { directory } = journal;
    const name = '000000000000001-00000000-0000-0000-0000-000000000000-000001.jsonl';
    mkdirSync(join(directory, name));
    mkdirSync(join(directory, 'a folder'));
    symlinkSync('/etc/passwd', join(directory, name.replace('001-0', '002-0')));
    symlinkSync('nowhere', join(directory, name.replace('001-0', '003-0')));
    for (const other of ['README', '.nfs0001', 'x.jsonl', `${name}~`, `.tmp-${name}.gz`]) {
      writeFileSync(join(directory, other), 'foreign');
    }
    assert.equal(journal.hasWork(), true);
    assert.deepEqual(labels(await journal.batches()), ['a 0', 'a 1']);
    assert.equal(readFileSync(join(directory, 'README'), 'utf8'), 'foreign');
    for (const batch of await journal.batches()) await journal.remove(batch);
    assert.deepEqual(await journal.batches(), []);
  });

  it('does not lose a batch that cannot be read just now', async (t) => {
    for (const code of ['EACCES', 'EBUSY', 'EIO']) {
      const journal = await new FsJournalFixture(t).withBatches(2);
      const [first] = readdirSync(journal.directory).sort();
      const openSync: FileSystem['openSync'] = (path, ...rest) => {
        if (String(path).endsWith(first!)) throw systemError(code);
        return nodeFs.openSync(path, ...rest);
      };
      assert.deepEqual(labels(await journal.with({ fs: { ...nodeFs, openSync } }).batches()), ['a 1']);
      assert.deepEqual(labels(await journal.batches()), ['a 0', 'a 1']);
    }
  });

  it('keeps nobody from the rest where the folder is read-only', async (t) => {
    const journal = await new FsJournalFixture(t).withBatches(2);
    writeFileSync(journal.paths()[0]!, 'damaged');
    const readOnly = journal.with({ fs: failing({ unlinkSync: 'EROFS' }) });
    assert.deepEqual(labels(await readOnly.batches()), ['a 1']);
  });
});

describe('a journal of files', () => {
  it('hands out what one process appended in its order, also where the clock is put back', async (t) => {
    const directory = newFolder(t);
    let now = 1e12;
    const journal = new FsJournal({ directory, clock: { now: () => now } });
    for (let n = 0; n < 12; n++) {
      await journal.append(recordsOf('a', n));
      now += n % 4 === 3 ? -10 * hourMs : n % 2;
    }
    assert.deepEqual(
      labels(await journal.batches()),
      Array.from({ length: 12 }, (_, n) => `a ${n}`),
    );
  });

  it('hands out what several processes appended by its time', async (t) => {
    const directory = newFolder(t);
    // Not every system lists names in order.
    const readdirSync = ((path: string) => nodeFs.readdirSync(path).reverse()) as FileSystem['readdirSync'];
    const fs = { ...nodeFs, readdirSync };
    const at = (now: number) => new FsJournal({ directory, clock: { now: () => now }, fs });
    await at(2000).append(recordsOf('second', 0));
    await at(1000).append(recordsOf('first', 0));
    await at(3000).append(recordsOf('third', 0));
    assert.deepEqual(labels(await at(4000).batches()), ['first 0', 'second 0', 'third 0']);
  });

  it('hands out a batch until it is removed, by whomever', async (t) => {
    const journal = await new FsJournalFixture(t).withBatches(2);
    const [first, second] = await journal.batches();
    assert.deepEqual(first!.records, recordsOf('a', 0));
    await journal.with({}).remove(first!);
    await journal.remove(first!);
    assert.deepEqual(await journal.batches(), [second]);
    await journal.remove(second!);
    assert.equal(journal.hasWork(), false);
    assert.deepEqual(journal.paths(), []);
  });

  it('drops what is older than two weeks, and what a killed append has left', async (t) => {
    const journal = await new FsJournalFixture(t).withBatches(2);
    const [first] = readdirSync(journal.directory).sort();
    writeFileSync(join(journal.directory, `.tmp-${first}`), 'half');
    const later = (ms: number) => journal.with({ clock: { now: () => Date.now() + ms } });
    assert.equal((await later(0).batches()).length, 2);
    assert.equal(journal.paths().length, 3, 'whoever began it may be writing it');
    assert.equal((await later(13 * dayMs).batches()).length, 2);
    assert.equal(journal.paths().length, 2);
    assert.deepEqual(await later(15 * dayMs).batches(), []);
    assert.deepEqual(journal.paths(), []);
  });
});

describe('processes that append to one journal', () => {
  it('leave only whole batches where they are killed, and all that they had said were there', async (t) => {
    const directory = newFolder(t);
    const journal = new FsJournal({ directory });
    for (let kill = 0; kill < kills; kill++) {
      const appender = startAppender(t, directory, `killed ${kill}`, 100_000);
      // Somewhere in the middle of the next append: from here on the two run side by side.
      await appender.said(1 + ((kill * 7) % 23));
      await appender.kill();
      const found = labels(await journal.batches()).filter((label) => label.startsWith(`killed ${kill} `));
      const said = appender.lines.map((n) => `killed ${kill} ${n}`);
      assert.deepEqual(found.slice(0, said.length), said);
      assert.ok(found.length <= said.length + 1, 'no more than the one that it could not say any more');
    }
    const left = readdirSync(directory).filter((name) => name.startsWith('.tmp-'));
    const later = new FsJournal({ directory, clock: { now: () => Date.now() + 2 * hourMs } });
    await later.batches();
    for (const name of left) assert.ok(!readdirSync(directory).includes(name), `${name} is swept`);
  });

  it('at once lose nothing, also while others take out what was told', async (t) => {
    const directory = newFolder(t);
    const names = ['a', 'b'];
    const appenders = names.map((name) => startAppender(t, directory, name, batchesEach));
    let running = true;
    const ended = Promise.all(appenders.map((appender) => appender.ended())).finally(() => (running = false));
    const isRunning = () => running;
    const told: string[] = [];
    const journal = new FsJournal({ directory });
    const tell = async () => {
      for (const batch of await journal.batches()) {
        told.push(...labels([batch]));
        await journal.remove(batch);
      }
      // Else the children's lines have no turn.
      await new Promise((resolve) => setImmediate(resolve));
    };
    while (isRunning()) await tell();
    assert.deepEqual(await ended, [0, 0]);
    await tell();
    for (const name of names) {
      assert.deepEqual(
        told.filter((label) => label.startsWith(`${name} `)),
        Array.from({ length: batchesEach }, (_, n) => `${name} ${n}`),
      );
    }
    assert.equal(journal.hasWork(), false);
  });
});

/** A journal of some batches, and its files. */
class FsJournalFixture extends FsJournal {
  readonly directory: string;

  constructor(t: TestContext, directory = newFolder(t)) {
    super({ directory });
    this.directory = directory;
  }

  async withBatches(count: number): Promise<this> {
    for (let n = 0; n < count; n++) await this.append(recordsOf('a', n));
    return this;
  }

  /** The same folder, as somebody else has it. */
  with(options: Partial<ConstructorParameters<typeof FsJournal>[0]>): FsJournal {
    return new FsJournal({ directory: this.directory, ...options });
  }

  paths(): readonly string[] {
    return readdirSync(this.directory)
      .sort()
      .map((name) => join(this.directory, name));
  }
}

/** Not there yet. */
function newFolder(t: TestContext): string {
  return join(temporaryDirectory(t), 'journal');
}

function startAppender(t: TestContext, directory: string, name: string, count: number): Child {
  return new Child(t, 'appender-process.js', [directory, name, String(count)]);
}

/** Whose batch each is; fails where one is not exactly what was appended. */
function labels(batches: readonly JournalBatch[]): readonly string[] {
  return batches.map(({ records }) => {
    const [first] = records;
    const key: Key | undefined = first?.op === 'put' ? first.entry.key : undefined;
    const { appender, n } = key as { readonly appender: string; readonly n: number };
    assert.deepEqual(records, recordsOf(appender, n));
    return `${appender} ${n}`;
  });
}

function failing(codes: Partial<Record<keyof FileSystem, string>>): FileSystem {
  const fakes = Object.entries(codes).map(([call, code]) => {
    const fail = () => {
      throw systemError(code, call);
    };
    return [call, fail] as const;
  });
  return { ...nodeFs, ...Object.fromEntries(fakes) };
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

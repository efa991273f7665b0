import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { drainJournal } from '@cleanmiss/core';
import { FsJournal } from '@cleanmiss/fs-backend';
import { TreeCopy } from './checks/copy-tree.js';
import { expectFound, storeChecks, type Findable } from './checks/store-checks.js';
import { expectNoMetaWithoutBlobs, filesIn } from './checks/store-files.js';
import { killAtEveryStep } from './matrix.js';
import { added, following, journal, outdated, remoteIn, removed, replaced } from './operations/journal.js';
import { hourMs, openStore, pathsIn, storeIn, writtenAt } from './operations/store.js';

const ends: readonly Findable[] = [
  [replaced.key, [replaced]],
  [added.key, [added]],
  [following.key, [following]],
  [removed.key, ['miss']],
];

const local = storeChecks({ storeIn, ends, found: foundBy });
const remote = storeChecks({
  storeIn: remoteIn,
  ends,
  found: (told) => (told.has('uploaded') ? ends : foundBy(new Set())),
});

describe('a journal whose process is killed at any step of append, upload and removal', () => {
  it('loses no record that was acknowledged, and the remote names no blob that it has not got', async (t) => {
    await killAtEveryStep(t, {
      file: 'journal',
      operation: journal,
      checks: {
        async expectSound(sandbox, told) {
          await local.expectSound(sandbox, told);
          await remote.expectSound(sandbox, told);
          expectLeaderFirst(sandbox);
          await expectNoRecordLost(sandbox, told);
        },
        async outcome(sandbox) {
          await expectEmptyJournal(sandbox);
          return [await local.outcome(sandbox), await remote.outcome(sandbox)];
        },
      },
    });
  });
});

/** After what was acknowledged: the new; before that, either. */
function foundBy(told: ReadonlySet<string>): readonly Findable[] {
  return [
    [replaced.key, told.has('replaced') ? [replaced] : [outdated, replaced]],
    [added.key, told.has('added') ? [added] : [added, 'miss']],
    [following.key, told.has('added') ? [following] : [following, 'miss']],
    [removed.key, told.has('removed') ? ['miss'] : [removed, 'miss']],
  ];
}

/** Another process that does no more than upload brings the remote all that had been acknowledged. */
async function expectNoRecordLost(sandbox: string, told: ReadonlySet<string>): Promise<void> {
  using copy = new TreeCopy(sandbox);
  const to = openStore(remoteIn(copy.path)).cache;
  await drainJournal({ journal: journalIn(copy.path), from: openStore(storeIn(copy.path)).cache, to });
  await expectFound(to, foundBy(told));
  expectNoMetaWithoutBlobs(remoteIn(copy.path));
  assert.equal(journalIn(copy.path).hasWork(), false, 'all of it has been told');
}

/** Also of one call, in either tier: without the one, the other leads nowhere. */
function expectLeaderFirst(sandbox: string): void {
  for (const directory of [storeIn(sandbox), remoteIn(sandbox)]) {
    const { metaOf } = pathsIn(directory);
    assert.ok(
      existsSync(metaOf(added)) || !existsSync(metaOf(following)),
      `${directory}: nothing before its leader`,
    );
  }
}

/** After an hour, in which no append can still be under way. */
async function expectEmptyJournal(sandbox: string): Promise<void> {
  assert.deepEqual(await journalIn(sandbox).batches(), []);
  const left = filesIn(join(storeIn(sandbox), 'remotes')).map((path) => basename(path));
  assert.deepEqual(left.sort(), ['heard', 'upload.lock']);
}

function journalIn(sandbox: string): FsJournal {
  const remotes = join(storeIn(sandbox), 'remotes');
  const [id] = readdirSync(remotes);
  const clock = { now: () => writtenAt + 2 * hourMs };
  return new FsJournal({ directory: join(remotes, id!, 'journal'), clock });
}

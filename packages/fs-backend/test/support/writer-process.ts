/** Started as a process of its own: puts entries and says of each, once it is put, that it is. Arguments: directory, name, count. */
import { writeSync } from 'node:fs';
import { StoredCache, VerifyingBlobStore } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';
import { contendedEntryOf, entryOf } from './entries.js';

const [directory = '', writer = '', count = ''] = process.argv.slice(2);
const { blobs, metas } = openFsStore({ directory });
const cache = new StoredCache({ blobs: new VerifyingBlobStore(blobs), metas, writer });

for (let n = 0; n < Number(count); n++) {
  await cache.putMany([entryOf(writer, n), contendedEntryOf(writer, n)]);
  // Not through a stream: whoever is killed now has said it.
  writeSync(1, `${n}\n`);
}

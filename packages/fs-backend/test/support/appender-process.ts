/** Started as a process of its own: appends batches and says of each, once it is appended, that it is. Arguments: directory, name, count. */
import { writeSync } from 'node:fs';
import { FsJournal } from '@cleanmiss/fs-backend';
import { recordsOf } from './journal-records.js';

const [directory = '', appender = '', count = ''] = process.argv.slice(2);
const journal = new FsJournal({ directory });

for (let n = 0; n < Number(count); n++) {
  await journal.append(recordsOf(appender, n));
  // Not through a stream: whoever is killed now has said it.
  writeSync(1, `${n}\n`);
}

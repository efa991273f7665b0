import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { keyHashOf } from '@cleanmiss/core';
import type { Operation } from '../operation.js';
import { damage, entryOf, openStore, pathsIn, storeIn, type Entry } from './store.js';

export const whole = entryOf('whole', { own: 'whole', shared: 'shared' });
/** Its blob is damaged, with its length as it was. */
export const damaged = entryOf('damaged', { own: 'damaged', shared: 'shared' });
/** Its meta is cut short. */
export const cutShort = entryOf('cut short', { own: 'cut short' });
/** A verification was killed when it had taken the good blob, that a writer had just put, for the damaged one. */
export const repaired = entryOf('repaired', { own: 'repaired' });
/** The same of a meta. */
export const putAgain = entryOf('put again', { own: 'put again' });
/** As `repaired`, and since then it was put once more. */
export const repairedTwice = entryOf('repaired twice', { own: 'repaired twice' });

export const verify: Operation = {
  name: 'verify',
  async prepare(sandbox) {
    const { cache } = openStore(storeIn(sandbox));
    await cache.putMany([whole, damaged, cutShort, repaired, putAgain, repairedTwice]);
    const { files, metaOf, blobOf } = pathsIn(storeIn(sandbox));
    damage(storeIn(sandbox), damaged, 'own', 'DAMAGED');
    writeFileSync(metaOf(cutShort), '{"format":1');
    mkdirSync(files.quarantine);
    const aside = (path: string) => {
      const [folder, name] = path.split('/').slice(-2);
      renameSync(path, `${files.quarantine}/${folder!}${name!}.left`);
    };
    for (const path of [blobOf(repaired, 'own'), blobOf(repairedTwice, 'own'), metaOf(putAgain)]) aside(path);
    await cache.put(repairedTwice);
  },
  async perform(sandbox) {
    await openStore(storeIn(sandbox)).maintenance.verify();
  },
};

export const operations = [verify];

export function nameOf({ key }: Entry): string {
  return keyHashOf(key);
}

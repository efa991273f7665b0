import type { Operation } from '../operation.js';
import { damage, entryOf, openStore, storeIn } from './store.js';

export const first = entryOf('first', { long: 'first '.repeat(5000), short: 'shared' });
export const second = entryOf('second', { own: 'second', same: 'shared' });
export const third = entryOf('third', {});

/** Into a folder that is not there yet. */
export const putFresh: Operation = {
  name: 'put into no store',
  prepare: () => Promise.resolve(),
  async perform(sandbox, tell) {
    const { cache } = openStore(storeIn(sandbox));
    await cache.put(first);
    tell('first');
    await cache.putMany([{ ...third, after: second.key }, second]);
    tell('second');
  },
};

export const older = entryOf('first', { long: 'older '.repeat(4000), short: 'shared', gone: 'gone' });

export const putOver: Operation = {
  name: 'put over an entry',
  async prepare(sandbox) {
    await openStore(storeIn(sandbox)).cache.putMany([older, second]);
  },
  async perform(sandbox, tell) {
    await openStore(storeIn(sandbox)).cache.put(first);
    tell('first');
  },
};

/** Both blobs of it are damaged: one in place, one cut short. */
export const putRepair: Operation = {
  name: 'put that repairs',
  async prepare(sandbox) {
    await openStore(storeIn(sandbox)).cache.putMany([first, second]);
    damage(storeIn(sandbox), first, 'long', 'damage'.repeat(5000));
    damage(storeIn(sandbox), first, 'short', 's');
  },
  async perform(sandbox, tell) {
    await openStore(storeIn(sandbox)).cache.put(first);
    tell('first');
  },
};

export const operations = [putFresh, putOver, putRepair];

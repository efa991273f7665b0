import { it } from 'node:test';

const isLong = process.env['CLEANMISS_LONG'] === '1';

/** A count that `npm run test:long` goes to in full, and `npm test` proves with fewer. */
export function count({ full, quick }: { readonly full: number; readonly quick: number }): number {
  return isLong ? full : quick;
}

/** A test of `npm run test:long` alone: in `npm test`, one beside it proves the same in another case. */
export const itInFull = isLong ? it : (notNow as typeof it);

function notNow(): Promise<void> {
  return Promise.resolve();
}

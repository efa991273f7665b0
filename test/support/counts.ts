/** A count that `npm run test:long` goes to in full, and `npm test` proves with fewer. */
export function count({ full, quick }: { readonly full: number; readonly quick: number }): number {
  return process.env['CLEANMISS_LONG'] === '1' ? full : quick;
}

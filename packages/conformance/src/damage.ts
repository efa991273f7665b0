/** What becomes of bytes on a bad disk, in a broken transfer, or under a killed writer of some other store. */
export const damages = {
  'one bit flipped': (bytes) => changedAt(bytes, Math.floor(bytes.length / 2)),
  'first byte changed': (bytes) => changedAt(bytes, 0),
  'last byte changed': (bytes) => changedAt(bytes, bytes.length - 1),
  'cut short': (bytes) => bytes.slice(0, Math.floor(bytes.length / 2)),
  emptied: () => new Uint8Array(0),
  lengthened: (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
  'zeros of the same length': (bytes) => new Uint8Array(bytes.length),
} as const satisfies Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>>;

function changedAt(bytes: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[index]! ^= 1;
  return changed;
}

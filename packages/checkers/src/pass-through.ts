import type { PassThrough } from './checker-profile.js';

/** `why`: one clause for people, without a full stop. */
export function passThrough(why: string): PassThrough {
  return { kind: 'pass-through', why };
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The last moment that a `Date` holds, by the specification, in milliseconds since 1970; as long before 1970 is the first. Others cannot be shown. */
export const maxDateMs = 8.64e15;

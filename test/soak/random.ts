/** The same again from the same seed: a failure can be looked at once more. */
export interface Random {
  /** From 0 on, below 1. */
  next(): number;
  oneOf<T>(choices: readonly T[]): T;
}

export function randomFrom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  return { next, oneOf: (choices) => choices[Math.floor(next() * choices.length)]! };
}

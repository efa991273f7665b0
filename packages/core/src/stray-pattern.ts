/** The first of these file patterns that leads out of the folder it starts from: absolute, or with a step upwards. */
export function strayPattern(patterns: readonly string[]): string | undefined {
  return patterns.find((pattern) => /^!?(?:[\\/]|[A-Za-z]:|(?:.*\/)?\.\.(?:\/|$))/.test(pattern));
}

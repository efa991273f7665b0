/** @throws Error without samples */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The median of the ratios of one round each: steadier than the ratio of medians on a machine whose speed drifts. Where one was
 * measured in fewer rounds, the ratio of medians it is.
 */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  if (above.length !== below.length) return median(above) / median(below);
  return median(above.map((sample, round) => sample / below[round]!));
}

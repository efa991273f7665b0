/** Numbers on an axis, from its lower end to its upper one: round ones, counted in units, about `wanted` of them. */
export function ticksOf(low: number, high: number, unit = 1, wanted = 4): readonly number[] {
  const step = roundStep((high - low) / wanted / unit) * unit;
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** 1, 2 or 5 times a power of ten, that size or the next larger. */
function roundStep(size: number): number {
  if (!(size > 0) || !Number.isFinite(size)) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= size * 0.999)!;
}

/** In which times of that size are told: milliseconds, seconds, minutes or hours; in milliseconds. */
export function unitOfTime(size: number): number {
  return [3_600_000, 60_000, 1000].find((unit) => size >= unit) ?? 1;
}

/** A range of values on a range of the drawing. */
export function scaleOf(
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  return (value) => start + ((value - low) / (high - low || 1)) * (end - start);
}

/** Every one of them where there is room, else every second, fifth, ...: indices of those that get a label. */
export function labelled(count: number, room: number): ReadonlySet<number> {
  const step = Math.max(1, Math.ceil(count / room));
  return new Set(Array.from({ length: count }, (_, i) => i).filter((i) => (count - 1 - i) % step === 0));
}

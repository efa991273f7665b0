import { countEvents, counters } from './counters.mjs';

/**
 * The part of a `Meter` of `@opentelemetry/api` that is used here.
 *
 * @typedef {{ add(value: number, attributes?: Record<string, string>): void }} Counter
 * @typedef {{ createCounter(name: string, options?: { description?: string, unit?: string }): Counter }} Meter
 */

/**
 * `meterCaches(metrics.getMeter('cleanmiss'))`, with `metrics` of `@opentelemetry/api`: where it goes from there is for the application to
 * say, by the SDK that it has set up.
 *
 * @param {Meter} meter
 * @returns {() => void} ends it
 */
export function meterCaches(meter) {
  const made = new Map(
    Object.entries(counters).map(([name, description]) => {
      const unit = name.endsWith('_bytes') ? { unit: 'By' } : {};
      return [name, meter.createCounter(`cleanmiss.${name}`, { description, ...unit })];
    }),
  );
  return countEvents((counter, value, labels) => made.get(counter)?.add(value, labels));
}

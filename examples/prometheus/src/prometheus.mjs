import { countEvents, counters } from './counters.mjs';

/** Counts in this process, and writes it down as Prometheus reads it (text format 0.0.4). */
export class PrometheusCounters {
  static contentType = 'text/plain; version=0.0.4; charset=utf-8';
  /** @type {Map<string, Map<string, number>>} by counter, then by its labels as they are written */
  #values = new Map(Object.keys(counters).map((name) => [name, new Map()]));

  /** @returns {() => void} ends it */
  start() {
    return countEvents((counter, value, labels) => {
      const values = /** @type {Map<string, number>} */ (this.#values.get(counter));
      const written = labelsOf(labels);
      values.set(written, (values.get(written) ?? 0) + value);
    });
  }

  text() {
    const lines = Object.entries(counters).flatMap(([counter, help]) => {
      const name = `cleanmiss_${counter}_total`;
      const values = [...(this.#values.get(counter) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} counter`,
        ...values.map(([labels, value]) => `${name}${labels} ${value}`),
      ];
    });
    return `${lines.join('\n')}\n`;
  }
}

/** @param {Record<string, string>} labels */
function labelsOf(labels) {
  const written = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return written.length === 0 ? '' : `{${written.join(',')}}`;
}

/** @param {string} value */
function escaped(value) {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateKeys } from '@cleanmiss/core';
import { openCache } from '@cleanmiss/open-cache';
import { meterCaches } from './src/open-telemetry.mjs';
import { PrometheusCounters } from './src/prometheus.mjs';

/** Lets a cache meet all that can happen to it, asks `/metrics` over HTTP, and compares what it says with what OpenTelemetry has collected. */
const work = mkdtempSync(join(tmpdir(), 'cleanmiss-metrics-'));
const telemetry = setUpOpenTelemetry();
const prometheus = new PrometheusCounters();
const ends = [prometheus.start(), meterCaches(telemetry.meter)];
const server = createServer((_, response) => {
  response.setHeader('content-type', PrometheusCounters.contentType).end(prometheus.text());
});
try {
  await useCaches();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  console.log(text);

  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.deepEqual(samples, [
    'cleanmiss_hits_total 3',
    'cleanmiss_misses_total{reason="absent"} 1',
    'cleanmiss_misses_total{reason="blob-corrupt"} 1',
    'cleanmiss_misses_total{reason="untrusted"} 1',
    'cleanmiss_puts_total 2',
    'cleanmiss_hit_bytes_total 12',
    'cleanmiss_put_bytes_total 8',
    'cleanmiss_quarantined_blobs_total 1',
    'cleanmiss_untrusted_metas_total{why="unsigned"} 1',
    'cleanmiss_degraded_operations_total{operation="put"} 1',
  ]);
  assert.deepEqual(await telemetry.collect(), samples);
  console.log('OpenTelemetry has collected the same.');

  // Who has heard enough is told nothing any more.
  ends.forEach((end) => end());
  await useCaches();
  assert.equal(prometheus.text(), text);
} finally {
  server.close();
  rmSync(work, { recursive: true, force: true });
}

async function useCaches() {
  const folder = mkdtempSync(join(work, 'run-'));
  const [local, remote] = [join(folder, 'local'), join(folder, 'remote')];
  mkdirSync(remote);
  const remotes = [pathToFileURL(remote).href];
  const a = { key: { checker: 'mine', module: 'a' }, blobs: { facts: Buffer.from('of a') } };
  const b = { key: { checker: 'mine', module: 'b' }, blobs: { facts: Buffer.from('of b') } };

  const { cache, upload } = openCache({ local, remotes });
  await cache.get(a.key);
  await cache.putMany([a, b]);
  await upload();
  await cache.getMany([a.key, b.key]);

  // A failing disk. With the remote it would be a hit, and repaired.
  damage(join(local, 'v1', 'blobs'), a.blobs.facts);
  await openCache({ local }).cache.getMany([a.key, b.key]);

  // Somebody who believes only what is signed.
  const trust = { publicKeys: [generateKeys().publicKey] };
  await openCache({ local: join(folder, 'other'), remotes, trust }).cache.get(a.key);

  // A store that cannot be written.
  writeFileSync(join(folder, 'file'), '');
  await openCache({ local: join(folder, 'file') }).cache.put(a);
}

/**
 * @param {string} folder
 * @param {Buffer} content
 */
function damage(folder, content) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  const path = paths.find((each) => statSync(each).isFile() && readFileSync(each).equals(content));
  writeFileSync(/** @type {string} */ (path), 'nothing');
}

/** What an application does at its start. The reader is one that is asked; others send to a collector from time to time. */
function setUpOpenTelemetry() {
  // From the tools of this repository's examples; in yours, `import { metrics } from '@opentelemetry/api'`.
  /** @type {(name: string) => any} */
  const load = createRequire(new URL('../../.test-tools/npm/opentelemetry/', import.meta.url));
  const { metrics } = load('@opentelemetry/api');
  const { MeterProvider, MetricReader } = load('@opentelemetry/sdk-metrics');
  class AskedReader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  /** @type {any} */
  const reader = new AskedReader();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return { meter: metrics.getMeter('cleanmiss'), collect: async () => linesOf(await reader.collect()) };
}

/**
 * In the words of Prometheus.
 *
 * @param {any} collected
 * @returns {string[]}
 */
function linesOf({ resourceMetrics }) {
  return resourceMetrics.scopeMetrics[0].metrics.flatMap((/** @type {any} */ { descriptor, dataPoints }) => {
    const name = `${descriptor.name.replace('.', '_')}_total`;
    const lines = dataPoints.map((/** @type {any} */ { attributes, value }) => {
      const labels = Object.entries(attributes).map(([label, text]) => `${label}="${text}"`);
      return `${name}${labels.length > 0 ? `{${labels}}` : ''} ${value}`;
    });
    return lines.sort();
  });
}

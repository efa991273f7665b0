import type { JournalRecord } from '@cleanmiss/core';
import { blobFrom } from './store-fixture.js';

/** What appender `appender` appends as its `n`th batch: of several lines and lengths, so that a part of it would show. */
export function recordsOf(appender: string, n: number): readonly JournalRecord[] {
  const { ref } = blobFrom(`${appender} ${n}`);
  const attributes = { text: 'x'.repeat((n % 7) * 3000) };
  return [
    { op: 'put', entry: { key: { appender, n, line: 0 }, blobs: { data: ref }, attributes } },
    { op: 'delete', key: { appender, n, line: 1 } },
    { op: 'put', entry: { key: { appender, n, line: 2 }, blobs: {}, attributes: {} } },
  ];
}

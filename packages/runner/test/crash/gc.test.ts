import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '@cleanmiss/core';
import { storeChecks } from './checks/store-checks.js';
import { killAtEveryStep } from './matrix.js';
import {
  afterwards,
  gc,
  halfRetired,
  hiddenIn,
  indexed,
  leftRetired,
  retired,
  unused,
  unusedToo,
  used,
} from './operations/gc.js';
import { storeIn } from './operations/store.js';

describe('a collection that is killed at any step', () => {
  it('has taken nothing that is in use, no blob before the metas that name it, and leaves the rest to the next', async (t) => {
    const checks = storeChecks({
      storeIn,
      found: () => [
        [used.key, [used]],
        [indexed.key, [indexed]],
        [halfRetired.key, [halfRetired, 'miss']],
        [retired.key, [retired, 'miss']],
        [unused.key, [unused, 'miss']],
        [unusedToo.key, [unusedToo, 'miss']],
        [leftRetired.key, ['miss']],
      ],
      ends: [
        [used.key, [used]],
        [indexed.key, [indexed]],
        [halfRetired.key, [halfRetired]],
        [retired.key, [retired]],
        [unused.key, ['miss']],
        [unusedToo.key, ['miss']],
        [leftRetired.key, ['miss']],
      ],
      planted: { blobs: [digestOf(halfRetired.blobs['own']!)] },
      later: afterwards,
    });
    await killAtEveryStep(t, {
      file: 'gc',
      operation: gc,
      checks: {
        ...checks,
        async outcome(sandbox) {
          const contents = await checks.outcome(sandbox);
          assert.deepEqual(hiddenIn(storeIn(sandbox)), []);
          return contents;
        },
      },
    });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { CacheError, digestOf, keyHashOf, VerifyingBlobStore } from '@cleanmiss/core';
import { bytesBlob } from '@cleanmiss/conformance';
import { Keyv } from 'keyv';
import { openKeyvUri, openKeyvStore } from '@cleanmiss/keyv-backend';
import { outageOfStore } from '../src/keyv-outage.js';
import { decodeValue, encodeValue, wholeSizeOf } from '../src/keyv-value.js';
import { secretsOf } from '../src/uri-secrets.js';
import { plainFixture } from './support/keyv-fixture.js';
import { SilentAdapter } from './support/scripted-adapter.js';

/** A failure prints its seed: `fc.assert(property, { seed, path })` runs it alone. */
const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.string({ maxLength: 10 }), fc.nat(200)).map(([text, times]) => Buffer.from(text.repeat(times))),
);

describe('a value', () => {
  it('is what was written', () => {
    fc.assert(
      fc.property(content, fc.nat(), (written, whole) => {
        const text = encodeValue(whole, written);
        assert.equal(wholeSizeOf(text), whole);
        assert.deepEqual(Buffer.from(decodeValue(text, written.length)!), Buffer.from(written));
        assert.equal(decodeValue(text, written.length + 1), undefined);
      }),
      { numRuns },
    );
  });

  it('is of the length that was asked for or none, whatever stands there', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('d', 'r', 'p', 'x'), fc.oneof(fc.nat(), fc.string()), fc.base64String())
        .map((parts) => parts.join(':')),
    );
    fc.assert(
      fc.property(text, fc.nat(100), (stored, length) => {
        const bytes = decodeValue(stored, length);
        assert.ok(bytes === undefined || bytes.length === length);
      }),
      { numRuns },
    );
  });

  it('of a blob that lies is a miss, and never other content', async () => {
    const fixture = plainFixture(new Keyv(new SilentAdapter('redis')));
    const verified = new VerifyingBlobStore(fixture.tier.blobs, { by: 'digest' });
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 127 }));
    await fc.assert(
      fc.asyncProperty(content, change, async (written, [at, by]) => {
        const blob = bytesBlob(written);
        await fixture.tier.blobs.putMany([blob]);
        await fixture.damage(blob.ref.digest, (bytes) => {
          const copy = Uint8Array.from(bytes);
          copy[at % copy.length]! ^= by;
          return copy;
        });
        const [read] = await verified.getMany([blob.ref]);
        assert.ok(read && (!read.found || digestOf(read.bytes) === blob.ref.digest));
      }),
      { numRuns },
    );
  });

  it('of a meta is bytes or none, whatever stands there', async () => {
    const adapter = new SilentAdapter('redis');
    const { metas } = openKeyvStore({ keyv: new Keyv(adapter) });
    const key = keyHashOf('key');
    await metas.put(key, Buffer.from('meta'));
    const [stored] = [...adapter.values.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.string().map((value) => JSON.stringify({ value })),
        ),
        async (text) => {
          await adapter.set(stored!, text);
          const [read] = await metas.getMany([key]);
          assert.ok(read === undefined || read instanceof Uint8Array);
        },
      ),
      { numRuns },
    );
  });
});

describe('the URI of a Keyv store', () => {
  const password = fc
    .string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 16 })
    .map((text) => `Pw8!${text}`);
  const uri = fc
    .tuple(
      fc.constantFrom('postgres', 'mysql', 'mongodb', 'valkey', 'etcd', 'memcache'),
      password,
      fc.boolean(),
    )
    .map(([scheme, secret, isEscaped]) => {
      return { secret, uri: `${scheme}://user:${isEscaped ? encodeURIComponent(secret) : secret}@host/db` };
    });

  it('is repeated by a driver, and not by us', () => {
    fc.assert(
      fc.property(uri, ({ uri: written, secret }) => {
        const driver = new Error(`cannot connect to ${written}: ${secret} is wrong`);
        const outage = outageOfStore('a store', secretsOf(written))(driver);
        assert.ok(!inspect(outage).includes(secret), outage.message);
      }),
      { numRuns },
    );
  });

  it('that cannot be used is refused without a word of its password', async () => {
    await fc.assert(
      fc.asyncProperty(uri, fc.constantFrom('', 'x', ' '), async ({ uri: written, secret }, before) => {
        const opened = openKeyvUri(before + written, { resolveFrom: '/nowhere' });
        const error = await opened.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof CacheError && error.code === 'ERR_CONFIG', String(error));
        assert.ok(!inspect(error).includes(secret), error.message);
      }),
      { numRuns: numRuns / 4 },
    );
  });
});

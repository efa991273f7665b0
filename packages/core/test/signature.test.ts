import assert from 'node:assert/strict';
import { createPrivateKey, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  CacheError,
  canonicalJson,
  encodeMeta,
  generateKeys,
  keyHashOf,
  keyIdOf,
  loadChecksum,
  MemoryBlobStore,
  MemoryMetaStore,
  signerOf,
  statementOf,
  StoredCache,
  verifierOf,
  type CacheEvent,
  type JsonObject,
  type Trust,
} from '../src/index.js';

const checksumOf = await loadChecksum();
const [ci, next, stranger] = [generateKeys(), generateKeys(), generateKeys()];
const key = { type: 'ref', name: 'main' };
const entry = { key, blobs: {}, attributes: { snapshot: 'good' } };

/** One store, seen by somebody who signs and verifies as he is told. */
class Shared {
  readonly blobs = new MemoryBlobStore();
  readonly metas = new MemoryMetaStore();
  readonly events: CacheEvent[] = [];

  as(trust: Partial<Trust>): StoredCache {
    const { blobs, metas } = this;
    const events = (event: CacheEvent) => this.events.push(event);
    return new StoredCache({
      blobs,
      metas,
      writer: 'test',
      events,
      trust: { namespace: 'team@main', ...trust },
    });
  }

  signing(privateKey: string, namespace = 'team@main'): StoredCache {
    return this.as({ signer: signerOf(privateKey, 'the test'), namespace });
  }

  /** As CI's public key has it, with more keys on request. */
  reading(...more: readonly string[]): StoredCache {
    return this.as({ verifier: verifierOf([ci.publicKey, ...more]) });
  }

  distrusted(): readonly unknown[] {
    return this.events.flatMap((event) => (event.type === 'untrusted' ? [event.why, event.signedBy] : []));
  }

  /** Rewrites what stands under the key, as somebody does who may write anything but has no key. */
  async rewrite(change: (document: JsonObject) => JsonObject): Promise<void> {
    const [bytes] = await this.metas.getMany([keyHashOf(key)]);
    const document = JSON.parse(Buffer.from(bytes!).toString()) as JsonObject;
    const members = Object.entries(document).filter(([name]) => name !== 'checksum');
    const changed = change(Object.fromEntries(members));
    const sealed = { ...changed, checksum: checksumOf(Buffer.from(canonicalJson(changed))) };
    await this.metas.put(keyHashOf(key), Buffer.from(canonicalJson(sealed)));
  }
}

const untrusted = { hit: false, reason: 'untrusted' } as const;

describe('a reader who verifies', () => {
  it('trusts nothing that nobody has signed', async () => {
    const shared = new Shared();
    await shared.as({}).put(entry);
    assert.deepEqual(await shared.reading().get(key), untrusted);
    assert.deepEqual(shared.distrusted(), ['unsigned', undefined]);
  });

  it('trusts nothing that a stranger has signed', async () => {
    const shared = new Shared();
    await shared.signing(stranger.privateKey).put(entry);
    assert.deepEqual(await shared.reading().get(key), untrusted);
    assert.deepEqual(shared.distrusted(), ['unknown-key', keyIdOf(stranger.publicKey)]);
  });

  it('trusts no member of a signed meta that was changed, added or removed since', async () => {
    const other = { digest: 'a'.repeat(64), size: 1, checksum: 'b'.repeat(16) };
    const changes: readonly ((document: JsonObject) => JsonObject)[] = [
      (document) => ({ ...document, attributes: { snapshot: 'bad' } }),
      (document) => ({ ...document, blobs: { data: other } }),
      (document) => ({ ...document, writer: 'somebody else' }),
      (document) => ({ ...document, time: 0 }),
      (document) => ({ ...document, origins: [{ writer: 'x', first: 0, last: 0 }] }),
      (document) => ({ ...document, more: 'than was signed' }),
      (document) => ({
        ...document,
        signature: { ...(document['signature'] as JsonObject), value: 'AAAA' },
      }),
      (document) => ({
        ...document,
        signature: { ...(document['signature'] as JsonObject), value: '' },
      }),
    ];
    for (const change of changes) {
      const shared = new Shared();
      await shared.signing(ci.privateKey).put(entry);
      await shared.rewrite(change);
      assert.deepEqual(await shared.reading().get(key), untrusted, change.toString());
      assert.deepEqual(shared.distrusted(), ['bad-signature', keyIdOf(ci.publicKey)]);
    }
  });

  it('trusts no meta whose signature says another key than the one it was made with', async () => {
    const shared = new Shared();
    await shared.signing(stranger.privateKey).put(entry);
    await shared.rewrite((document) => ({
      ...document,
      signature: { ...(document['signature'] as JsonObject), key: keyIdOf(ci.publicKey) },
    }));
    assert.deepEqual(await shared.reading().get(key), untrusted);
    assert.deepEqual(shared.distrusted(), ['bad-signature', keyIdOf(ci.publicKey)]);
  });

  it('takes no good meta of another key, namespace or scope for the one asked for', async () => {
    const shared = new Shared();
    for (const namespace of ['team@pr-1', 'other@main', 'team', 'team@main2', '']) {
      await shared.signing(ci.privateKey, namespace).put(entry);
      assert.deepEqual(await shared.reading().get(key), untrusted, namespace);
    }
    await shared.signing(ci.privateKey).put({ ...entry, key: 'another key' });
    const [moved] = await shared.metas.getMany([keyHashOf('another key')]);
    await shared.metas.put(keyHashOf(key), moved!);
    assert.deepEqual(await shared.reading().get(key), { hit: false, reason: 'meta-corrupt' });
  });

  it('takes no signature that was made for another purpose', async () => {
    const shared = new Shared();
    const meta = { key, blobs: new Map(), attributes: {}, writer: 'test', time: 1 };
    const bare = (body: string) => {
      const seed = Buffer.from(ci.privateKey.slice('ed25519-private:'.length), 'base64url');
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
      const value = sign(
        null,
        Buffer.from(body),
        createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      );
      return { key: keyIdOf(ci.publicKey), value: value.toString('base64') };
    };
    await shared.metas.put(keyHashOf(key), encodeMeta(meta, checksumOf, bare));
    assert.deepEqual(await shared.reading().get(key), untrusted);
  });

  it('hits what a key has signed that is trusted, and while two are, what either has', async () => {
    const shared = new Shared();
    for (const { privateKey } of [ci, next]) {
      await shared.signing(privateKey).put(entry);
      const found = await shared.reading(next.publicKey).get(key);
      assert.ok(found.hit);
      assert.deepEqual(found.meta.attributes, { snapshot: 'good' });
    }
    assert.deepEqual(
      await shared.reading().get(key),
      untrusted,
      'the next one is trusted where it is listed',
    );
  });

  it('is no matter to a reader who does not verify', async () => {
    const shared = new Shared();
    await shared.signing(stranger.privateKey).put(entry);
    assert.ok((await shared.as({}).get(key)).hit);
  });
});

describe('a statement', () => {
  it('is another one as soon as a part of it begins elsewhere', () => {
    const statements = [
      statementOf('ab', 'c', 'd'),
      statementOf('a', 'bc', 'd'),
      statementOf('a', 'b', 'cd'),
      statementOf('', 'abc', 'd'),
    ].map((bytes) => Buffer.from(bytes).toString('hex'));
    assert.equal(new Set(statements).size, statements.length);
  });
});

describe('a key', () => {
  it('that is none is refused, by name and without repeating it', () => {
    const half = ci.privateKey.slice(0, 40);
    const attempts: readonly (() => unknown)[] = [
      () => signerOf(half, 'CLEANMISS_PRIVATE_KEY'),
      () => signerOf(ci.publicKey, 'CLEANMISS_PRIVATE_KEY'),
      () => signerOf('', 'CLEANMISS_PRIVATE_KEY'),
      () => verifierOf([half], 'CLEANMISS_PRIVATE_KEY'),
      () => verifierOf([ci.privateKey], 'CLEANMISS_PRIVATE_KEY'),
    ];
    for (const attempt of attempts) {
      assert.throws(attempt, (error) => {
        assert.ok(error instanceof CacheError);
        assert.equal(error.code, 'ERR_CONFIG');
        assert.match(error.message, /^CLEANMISS_PRIVATE_KEY: .*keygen/);
        assert.ok(!error.message.includes(half.slice(20)));
        return true;
      });
    }
  });

  it('is known by the same id to who signs and to who verifies, white space around it or not', () => {
    const signer = signerOf(`  ${ci.privateKey}\n`, 'a file');
    assert.equal(signer.publicKey, ci.publicKey);
    assert.equal(signer.keyId, keyIdOf(`${ci.publicKey}\n`));
    assert.match(signer.keyId, /^[0-9a-f]{16}$/);
  });
});

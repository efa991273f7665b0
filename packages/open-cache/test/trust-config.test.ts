import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { generateKeys, type CacheError, type Json } from '@cleanmiss/core';
import { isBelieved } from '../src/tier-trust.js';
import { parseScopes, parseTrust, refuseLooserScopes } from '../src/trust-config.js';

const { publicKey, privateKey } = generateKeys();
const path = '/p/cleanmiss.config.json';

function refusal(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    assert.equal((error as CacheError).code, 'ERR_CONFIG');
    const { message } = error as Error;
    assert.ok(!message.includes(privateKey.slice(20)), message);
    return message;
  }
  assert.fail('was not refused');
}

const trustOf = (member: Json | undefined, env = {}) => parseTrust(member, path, env, '/p');

describe('"trust"', () => {
  it('refuses what it cannot be, naming it, and repeats no key', () => {
    const cases: readonly (readonly [Json, RegExp])[] = [
      ['x', /"trust" in .* no object/],
      [{ publicKey }, /"publicKey"; known are publicKeys, unsignedScopes/],
      [{ privateKey }, /does not belong into this file/],
      [{ publicKeys: [1] }, /"publicKeys" in .* must be a text/],
      [{ publicKeys: [privateKey] }, /"trust\.publicKeys" in .*public key/],
      [{ publicKeys: 'ed25519-public:short' }, /public key/],
      [{ publicKeys: publicKey, unsignedScopes: '' }, /"unsignedScopes"/],
      [{}, /names no "publicKeys"/],
      [{ publicKeys: [] }, /names no "publicKeys"/],
      [{ publicKeys: null }, /names no "publicKeys"/],
      [{ unsignedScopes: 'pr-*' }, /names no "publicKeys"/],
      // With a point of small order, a signature that nobody has made is right for some of all statements.
      [{ publicKeys: `ed25519-public:${'A'.repeat(43)}` }, /public key/],
    ];
    for (const [member, words] of cases)
      assert.match(
        refusal(() => trustOf(member)),
        words,
      );
  });

  it('refuses an environment that asks for nothing where it seems to ask for something', () => {
    for (const text of ['', ' , ']) {
      const said = refusal(() => trustOf(undefined, { CLEANMISS_PUBLIC_KEYS: text }));
      assert.match(said, /^CLEANMISS_PUBLIC_KEYS: it is set, and holds no key/);
    }
    const said = refusal(() => trustOf(undefined, { CLEANMISS_UNSIGNED_SCOPES: 'pr-*' }));
    assert.match(said, /^CLEANMISS_UNSIGNED_SCOPES: it holds only beside/);
  });

  it('refuses scopes of which a signed one looks into one that is not', () => {
    const trust = trustOf({ publicKeys: publicKey, unsignedScopes: 'pr-*' });
    assert.match(
      refusal(() => refuseLooserScopes(['main', 'pr-1'], trust)),
      /pr-1 is unsigned, and stands after main/,
    );
    refuseLooserScopes(['pr-1', 'main'], trust);
    refuseLooserScopes(['pr-1', 'pr-2'], trust);
    refuseLooserScopes(['main', 'pr-1'], trustOf(undefined));
  });

  it('trusts everybody where nothing is said', () => {
    assert.deepEqual(trustOf(undefined), { publicKeys: [], unsignedScopes: [], privateKey: undefined });
    // As CI systems set a secret that a job may not have.
    assert.equal(trustOf(undefined, { CLEANMISS_PRIVATE_KEY: '' }).privateKey, undefined);
  });

  it('takes public keys from the environment in place of the file’s', () => {
    const other = generateKeys().publicKey;
    const env = { CLEANMISS_PUBLIC_KEYS: `${other}, ${publicKey}` };
    assert.deepEqual(trustOf({ publicKeys: publicKey }, env).publicKeys, [other, publicKey]);
    assert.deepEqual(trustOf({ publicKeys: publicKey }).publicKeys, [publicKey]);
    // With all that the file says: a branch that somebody has checked out must not loosen it.
    const loose = { publicKeys: publicKey, unsignedScopes: '*' };
    assert.deepEqual(trustOf(loose, env).unsignedScopes, []);
    const loosened = { ...env, CLEANMISS_UNSIGNED_SCOPES: 'pr-*' };
    assert.deepEqual(trustOf(undefined, loosened).unsignedScopes, ['pr-*']);
  });
});

describe('what we put', () => {
  it('is believed where nothing has to be signed, or where it is signed by a key that is listed', () => {
    const signing = { CLEANMISS_PRIVATE_KEY: privateKey };
    const listed = { publicKeys: publicKey, unsignedScopes: ['pr-*', 'free'] };
    assert.ok(isBelieved('main', trustOf(undefined)));
    assert.ok(!isBelieved('main', trustOf(listed)));
    assert.ok(!isBelieved(undefined, trustOf(listed)));
    assert.ok(isBelieved('main', trustOf(listed, signing)));
    assert.ok(!isBelieved('main', trustOf({ publicKeys: generateKeys().publicKey }, signing)));
    assert.ok(isBelieved('pr-12', trustOf(listed)));
    assert.ok(isBelieved('free', trustOf(listed)));
    assert.ok(!isBelieved('freedom', trustOf(listed)));
  });
});

describe('"scopes"', () => {
  it('are a list of names, each once', () => {
    assert.deepEqual(parseScopes(undefined, path, {}), []);
    assert.deepEqual(parseScopes('main', path, {}), ['main']);
    assert.deepEqual(parseScopes(['main'], path, { CLEANMISS_SCOPES: 'pr-1, main' }), ['pr-1', 'main']);
    assert.match(
      refusal(() => parseScopes(['a', 'a'], path, {})),
      /twice/,
    );
    assert.match(
      refusal(() => parseScopes([1], path, {})),
      /"scopes" in/,
    );
    for (const name of ['a b', 'a:b', 'a@b', '*', 'pr[1]', 'a'.repeat(101)])
      assert.match(
        refusal(() => parseScopes([name], path, {})),
        /no scope/,
        name,
      );
    assert.match(
      refusal(() => parseScopes([], path, { CLEANMISS_SCOPES: 'pr:1' })),
      /^CLEANMISS_SCOPES: "pr:1"/,
    );
  });
});

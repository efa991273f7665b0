import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { CacheError } from './errors.js';
import type { Distrust, MetaSignature, Signer, Verifier } from './signature.js';

/** Ed25519 keys as texts of one line, for files, environments and configurations (RFC 8032; the 32 bytes in base64url). */
const publicPrefix = 'ed25519-public:';
const privatePrefix = 'ed25519-private:';

/** What stands before the 32 bytes in the DER form of the two (RFC 8410). */
const publicDer = Buffer.from('302a300506032b6570032100', 'hex');
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface KeyPairTexts {
  /** May be shown to everybody. */
  readonly publicKey: string;
  /** Whoever has it can sign. */
  readonly privateKey: string;
}

export function generateKeys(): KeyPairTexts {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privateDer.length);
  return { publicKey: publicText(publicKey), privateKey: privatePrefix + seed.toString('base64url') };
}

/** Of a public key, 16 hex digits: for people, and to find the key by which a signature is to be checked. */
export function keyIdOf(publicKey: string): string {
  return createHash('sha256')
    .update(rawOf(parsePublicKey(publicKey)))
    .digest('hex')
    .slice(0, 16);
}

/**
 * `source`: where the text is from, for the error, which does not repeat the text.
 * @throws {CacheError} `ERR_CONFIG`
 */
export function signerOf(privateKey: string, source: string): Signer & { readonly publicKey: string } {
  const bytes = bytesAfter(privatePrefix, privateKey);
  if (!bytes) throw badKey(source, `a private key, which begins with ${privatePrefix}`);
  const key = createPrivateKey({ key: Buffer.concat([privateDer, bytes]), format: 'der', type: 'pkcs8' });
  const publicKey = publicText(createPublicKey(key));
  const keyId = keyIdOf(publicKey);
  return {
    keyId,
    publicKey,
    sign: (statement) => ({ key: keyId, value: sign(null, statement, key).toString('base64') }),
  };
}

/** Trusts what one of these keys has signed: while one takes another's place, both are listed. */
export function verifierOf(publicKeys: readonly string[], source = 'publicKeys'): Verifier {
  const keys = new Map(publicKeys.map((text) => [keyIdOf(checked(text, source)), parsePublicKey(text)]));
  return { distrust: (statement, signature) => distrustOf(keys, statement, signature) };
}

function distrustOf(
  keys: ReadonlyMap<string, KeyObject>,
  statement: Uint8Array,
  signature: MetaSignature | undefined,
): Distrust | undefined {
  if (!signature) return 'unsigned';
  const key = keys.get(signature.key);
  if (!key) return 'unknown-key';
  return verify(null, statement, key, Buffer.from(signature.value, 'base64')) ? undefined : 'bad-signature';
}

function checked(text: string, source: string): string {
  const bytes = bytesAfter(publicPrefix, text);
  if (bytes && !isWeak(bytes)) return text;
  // What was meant as a public key may be a private one: it is not repeated.
  throw badKey(source, `a public key, which begins with ${publicPrefix}`);
}

/** Points of small order: what verifies with one of these, nobody has had to sign (RFC 8032, 5.1; the y of each, without its sign). */
const weakKeys: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

function isWeak(bytes: Buffer): boolean {
  const y = Buffer.from(bytes);
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  return weakKeys.has(y.toString('hex'));
}

function parsePublicKey(text: string): KeyObject {
  const bytes = bytesAfter(publicPrefix, checked(text, 'a key'))!;
  return createPublicKey({ key: Buffer.concat([publicDer, bytes]), format: 'der', type: 'spki' });
}

function publicText(key: KeyObject): string {
  return publicPrefix + rawOf(key).toString('base64url');
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(publicDer.length);
}

function bytesAfter(prefix: string, text: string): Buffer | undefined {
  const encoded = text.trim();
  if (!encoded.startsWith(prefix) || !/^[A-Za-z0-9_-]{43}$/.test(encoded.slice(prefix.length)))
    return undefined;
  return Buffer.from(encoded.slice(prefix.length), 'base64url');
}

function badKey(source: string, what: string): CacheError {
  return new CacheError('ERR_CONFIG', `${source}: this is not ${what}; cleanmiss keygen makes a pair`);
}

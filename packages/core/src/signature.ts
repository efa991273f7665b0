import type { JsonObject } from './json.js';

/** Who has signed a meta, as the meta says. */
export interface MetaSignature {
  /** The id of the key: see `keyIdOf`. */
  readonly key: string;
  /** In base64. */
  readonly value: string;
}

export interface Signer {
  readonly keyId: string;
  sign(statement: Uint8Array): MetaSignature;
}

/** Why a meta is not trusted. */
export type Distrust = 'unsigned' | 'unknown-key' | 'bad-signature' | 'revoked';

export interface Verifier {
  /** `undefined` where somebody whom we trust has signed the statement. */
  distrust(statement: Uint8Array, signature: MetaSignature | undefined): Distrust | undefined;
}

/** How the metas of one tier are signed and verified. */
export interface Trust {
  /** What the tier holds is for this purpose alone: a meta that was signed for another is none of its. */
  readonly namespace: string;
  /** Default: what is put is not signed. */
  readonly signer?: Signer | undefined;
  /** Default: whatever is found is trusted. */
  readonly verifier?: Verifier | undefined;
}

const domain = 'cleanmiss meta signature 1';

/**
 * What a signature is over: each part behind its length in 8 bytes, so that nothing can be moved from one part to the next, and
 * a tag in front, so that a signature made for another purpose is none here. `key`, `body`: canonical JSON.
 */
export function statementOf(namespace: string, key: string, body: string): Uint8Array {
  return Buffer.concat([domain, namespace, key, body].flatMap(withLength));
}

function withLength(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  return [length, bytes];
}

export function signatureToJson({ key, value }: MetaSignature): JsonObject {
  return { key, value };
}

/** `undefined` where it is none. */
export function parseSignature({ key, value }: JsonObject): MetaSignature | undefined {
  return typeof key === 'string' && typeof value === 'string' ? { key, value } : undefined;
}

import { keyHashOf, keyIdOf, signerOf, verifierOf, type Trust } from '@cleanmiss/core';
import { isUnsigned, type TrustConfig } from './trust-config.js';

/** What is to be signed and verified in one scope of a namespace. */
export function trustIn(namespace: string, scope: string | undefined, config: TrustConfig): Trust {
  const { publicKeys, privateKey } = config;
  const isVerified = publicKeys.length > 0 && !isUnsigned(scope, config);
  return {
    namespace: scope === undefined ? namespace : `${namespace}@${scope}`,
    signer: privateKey && signerOf(privateKey.text, privateKey.source),
    verifier: isVerified ? verifierOf(publicKeys) : undefined,
  };
}

/**
 * Names what is asked of metas: what was believed where less was asked, in an older checkout say, must not be found where more is, nor
 * signed there. `undefined`: nothing is asked.
 */
export function trustContextOf(scopes: readonly string[], config: TrustConfig): string | undefined {
  if (config.publicKeys.length === 0) return undefined;
  const unsigned = scopes.filter((scope) => isUnsigned(scope, config));
  return keyHashOf({ keys: config.publicKeys.map(keyIdOf).sort(), unsigned }).slice(0, 16);
}

/** What nobody would believe is not put. */
export function isBelieved(scope: string | undefined, config: TrustConfig): boolean {
  if (config.publicKeys.length === 0 || isUnsigned(scope, config)) return true;
  const { privateKey } = config;
  if (!privateKey) return false;
  const { keyId } = signerOf(privateKey.text, privateKey.source);
  return config.publicKeys.some((publicKey) => keyIdOf(publicKey) === keyId);
}

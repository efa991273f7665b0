import { keyIdOf, signerOf } from '@cleanmiss/core';
import { isBelieved, isUnsigned, type CleanmissConfig, type OpenedCache } from '@cleanmiss/open-cache';
import type { Finding } from './finding.js';

const subject = 'trust';

/** Whom this set-up believes in tiers that others share, and who believes it. */
export function trustFindings(config: CleanmissConfig, opened: OpenedCache): readonly Finding[] {
  if (opened.remotes.length === 0) return [];
  return [scopeFinding(config), ...keyFindings(config), revocationFinding(opened)].filter(
    (finding) => finding !== undefined,
  );
}

function scopeFinding({ scopes: [own, ...trusted] }: CleanmissConfig): Finding | undefined {
  if (own === undefined) return undefined;
  const words = trusted.length === 0 ? `in scope ${own}` : `in scope ${own}, and reads ${trusted.join(', ')}`;
  return { subject, verdict: 'ok', words };
}

function keyFindings(config: CleanmissConfig): readonly Finding[] {
  const { trust, scopes } = config;
  const { publicKeys, privateKey } = trust;
  const signer = privateKey && signerOf(privateKey.text, privateKey.source);
  if (publicKeys.length === 0) {
    const words = signer
      ? `signs with key ${signer.keyId}, and believes everybody: list its public key ${signer.publicKey} in trust.publicKeys`
      : 'believes whoever may write to the remotes; cleanmiss keygen makes keys for signatures';
    return [{ subject, verdict: 'note', words }];
  }
  const ids = publicKeys.map(keyIdOf).join(', ');
  const anybodys = scopes.filter((scope) => isUnsigned(scope, trust));
  const besides = anybodys.length === 0 ? '' : `; in scope ${anybodys.join(', ')} it believes everybody`;
  const read: Finding = { subject, verdict: 'ok', words: `believes what is signed with ${ids}${besides}` };
  if (isBelieved(scopes[0], trust)) {
    const words = signer
      ? `signs with key ${signer.keyId}`
      : `what it stores need not be signed in scope ${scopes[0]!}`;
    return [read, { subject, verdict: 'ok', words }];
  }
  const words = signer
    ? `key ${signer.keyId} is none of trust.publicKeys: nobody would believe it, so that nothing is stored in the remotes`
    : 'has no private key: it reads the remotes, and stores nothing there';
  return [read, { subject, verdict: signer ? 'trouble' : 'ok', words }];
}

function revocationFinding({ revocations: { list } }: OpenedCache): Finding | undefined {
  const count = list.revocations.length;
  if (count === 0) return undefined;
  return { subject, verdict: 'note', words: `${count} revocations hold; see cleanmiss revoke --list` };
}

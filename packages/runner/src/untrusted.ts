import { canonicalJson, type Distrust, type EventSink } from '@cleanmiss/core';

/** What was found and not believed, counted by why. */
export type UntrustedCounts = Readonly<Partial<Record<Distrust, number>>>;

/** Nothing is passed over in silence: counts what was not trusted, each record of each tier once. */
export class Untrusted {
  readonly #seen = new Map<
    string,
    { readonly why: Distrust; readonly tier: string; readonly signedBy: string | undefined }
  >();

  readonly sink: EventSink = (event) => {
    if (event.type !== 'untrusted') return;
    const { key, why, signedBy, tier = 'the local store' } = event;
    this.#seen.set(canonicalJson([tier, key]), { why, tier, signedBy });
  };

  counts(): UntrustedCounts {
    const counts: Partial<Record<Distrust, number>> = {};
    for (const { why } of this.#seen.values()) counts[why] = (counts[why] ?? 0) + 1;
    return counts;
  }

  /** One line for people; `undefined` where there is nothing that they do not know. What was revoked somebody has revoked. */
  warning(): string | undefined {
    const seen = [...this.#seen.values()].filter(({ why }) => why !== 'revoked');
    if (seen.length === 0) return undefined;
    const { why, tier, signedBy } = seen[0]!;
    const records = seen.length === 1 ? 'a record is' : `${seen.length} records are`;
    return `${records} not trusted (${reasons[why](signedBy)}, in ${tier}): see cleanmiss doctor`;
  }
}

const reasons: Readonly<Record<Distrust, (keyId: string | undefined) => string>> = {
  unsigned: () => 'not signed',
  'unknown-key': (keyId) => `signed by key ${printable(keyId)}, which is none of trust.publicKeys`,
  'bad-signature': (keyId) => `its signature is not that of key ${printable(keyId)}`,
  revoked: () => 'revoked',
};

/** It is what a stranger wrote. */
function printable(keyId = ''): string {
  return /^[0-9a-f]{1,64}$/.test(keyId) ? keyId : '(unreadable)';
}

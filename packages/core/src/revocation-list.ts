import { emptyRecord, joinRecords, saysAllOf, type RevocationRecord } from './revocation-record.js';
import { revokes, type Judged, type Revocation } from './revocation.js';

/** What is known to be revoked, of all tiers together: what one of them says holds for all, as what is in one may come from another. */
export class RevocationList {
  readonly #byTier = new Map<string, RevocationRecord>();
  #all: readonly Revocation[] = [];

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Of all tiers. */
  get revocations(): readonly Revocation[] {
    return this.#all;
  }

  /** What a tier has said so far. */
  of(tier: string): RevocationRecord {
    return this.#byTier.get(tier) ?? emptyRecord;
  }

  /** Who was heard last comes last. */
  byTier(): ReadonlyMap<string, RevocationRecord> {
    return this.#byTier;
  }

  /** What a tier says now, beside what it said before; answers whether that is news. */
  learn(tier: string, said: RevocationRecord): boolean {
    const before = this.of(tier);
    if (saysAllOf(before, said)) return false;
    // At the end: who was heard last.
    this.#byTier.delete(tier);
    this.#byTier.set(tier, joinRecords(said, before));
    this.#all = [...this.#byTier.values()].flatMap(({ revocations }) => revocations);
    return true;
  }

  revokes(entry: Judged): boolean {
    return this.#all.some((revocation) => revokes(revocation, entry));
  }
}

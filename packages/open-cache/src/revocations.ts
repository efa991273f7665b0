import {
  isJsonObject,
  keyHashOf,
  parseRevocations,
  revocationsKey,
  RevocationList,
  revocationToJson,
  type Cache,
  type JsonObject,
  type MetaStore,
} from '@cleanmiss/core';

export interface RevocationsOptions {
  /** Where what was heard from other tiers is remembered: it holds for copies here, and while the others are out of reach. */
  readonly local: Cache;
  readonly metas: MetaStore;
  /** False: nothing is remembered. */
  readonly isWritten: boolean;
}

/** What is revoked, as far as this machine knows. */
export class Revocations {
  readonly list = new RevocationList();
  readonly #options: RevocationsOptions;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** What this machine's tier says: it remembers the others as well, by the name of each. */
  readonly learnLocal = (attributes: JsonObject | undefined): void => {
    const tiers = attributes?.['tiers'];
    for (const [tier, said] of Object.entries(isJsonObject(tiers) ? tiers : {})) {
      // What one of them has said to us itself is newer.
      if (isJsonObject(said) && !this.list.byTier().has(tier)) this.list.learn(tier, parseRevocations(said));
    }
  };

  /** What another tier says. */
  async learn(tier: string, attributes: JsonObject): Promise<void> {
    if (this.list.learn(tier, parseRevocations(attributes)) && this.#options.isWritten)
      await this.#remember();
  }

  /** Reads what is remembered here; where nothing is, which is nearly always, that is one look at a file that is not there. */
  async load(): Promise<void> {
    const { local, metas } = this.#options;
    const [bytes] = await metas.getMany([keyHashOf(revocationsKey)]);
    if (bytes === undefined) return;
    const [found] = await local.getMetas([revocationsKey]);
    if (found!.hit) this.learnLocal(found!.meta.attributes);
  }

  /** Two processes at once may forget what one of them heard: it hears it again. */
  async #remember(): Promise<void> {
    await this.load();
    const tiers = [...this.list.byTier()].map(([tier, revocations]): readonly [string, JsonObject] => [
      tier,
      { revocations: revocations.map(revocationToJson) },
    ]);
    await this.#options.local.put({
      key: revocationsKey,
      blobs: {},
      attributes: { tiers: Object.fromEntries(tiers) },
    });
  }
}

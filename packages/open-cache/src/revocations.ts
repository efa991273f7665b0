import {
  CacheError,
  emptyRecord,
  failOpen,
  isJsonObject,
  keyHashOf,
  parseRecord,
  recordToJson,
  revocationsKey,
  RevocationList,
  saysAllOf,
  type Cache,
  type EventSink,
  type JsonObject,
  type MetaStore,
  type RevocationRecord,
} from '@cleanmiss/core';

export interface RevocationsOptions {
  /** Where what was heard from other tiers is remembered: it holds for copies here, and while the others are out of reach. */
  readonly local: Cache;
  readonly metas: MetaStore;
  /** False: nothing is remembered. */
  readonly isRemembered: boolean;
  /** What is said in others holds for nobody here: who may write to one must not revoke what he could not have written. */
  readonly scopes: readonly string[];
  /** Told where it cannot be. */
  readonly events: EventSink;
}

type ByTier = ReadonlyMap<string, RevocationRecord>;

/** So often another process may write between our look and our word. */
const maxTries = 5;

/** Of other scopes: whoever runs in one of them asks again. */
const maxOtherTiers = 8;

/** Of all tiers together: a meta has its limit. */
const maxRemembered = 3000;

/** `scope`: of the tier, where it has some. */
export function tierNameOf(id: string, scope: string | undefined): string {
  return scope === undefined ? id : `${id}@${scope}`;
}

const atOnce = () => Promise.resolve();

/** What is revoked, as far as this machine knows. */
export class Revocations {
  readonly list = new RevocationList();
  readonly #options: RevocationsOptions;
  /** Something was heard that is not remembered yet. */
  #isOwed = false;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** What this machine's tier says: it remembers the others as well, by the name of each. */
  readonly learnLocal = (attributes: JsonObject | undefined): void => {
    this.#learnAll(byTierIn(attributes));
  };

  /** What another tier says. It holds for this process also where it cannot be remembered; answers whether the next one knows it. */
  async learn(tier: string, said: RevocationRecord): Promise<boolean> {
    if (this.list.learn(tier, said)) this.#isOwed = true;
    const { isRemembered, events } = this.#options;
    if (!isRemembered) return false;
    const remember = async () => {
      if (this.#isOwed) await this.remember();
      return true;
    };
    return await failOpen('remember what is revoked', events, remember, false);
  }

  /** Reads what is remembered here; where nothing is, which is nearly always, that is one look at a file that is not there. */
  async load(): Promise<void> {
    this.#learnAll(await this.#remembered());
  }

  /**
   * Writes what is known to where the next process finds it, beside what others have written there. `pause`: between a word and the look
   * whether it stands. Default: none; what is written over later is heard again from where it came.
   * @throws {CacheError} `ERR_OUTAGE` where that cannot be
   */
  async remember(pause: () => Promise<unknown> = atOnce): Promise<void> {
    for (let tries = 0; tries <= maxTries; tries += 1) {
      const remembered = await this.#remembered();
      this.#learnAll(remembered);
      const known = this.#known();
      if (known.every(([tier, said]) => saysAllOf(remembered.get(tier) ?? emptyRecord, said))) {
        this.#isOwed = false;
        return;
      }
      if (tries === maxTries) break;
      const ofOthers = [...remembered].filter(([tier]) => !this.#isOurs(tier)).slice(-maxOtherTiers);
      const tiers = [...ofOthers, ...known].map(([tier, said]) => [tier, recordToJson(said)] as const);
      const attributes = { tiers: Object.fromEntries(tiers) };
      await this.#options.local.put({ key: revocationsKey, blobs: {}, attributes });
      await pause();
    }
    throw new CacheError('ERR_OUTAGE', 'other processes write what is revoked at the same time: try again');
  }

  async #remembered(): Promise<ByTier> {
    const { local, metas } = this.#options;
    const [bytes] = await metas.getMany([keyHashOf(revocationsKey)]);
    if (bytes === undefined) return new Map();
    const [found] = await local.getMetas([revocationsKey]);
    return byTierIn(found!.hit ? found!.meta.attributes : undefined);
  }

  #learnAll(byTier: ByTier): void {
    for (const [tier, said] of byTier) if (this.#isOurs(tier)) this.list.learn(tier, said);
  }

  #isOurs(tier: string): boolean {
    const [, scope] = tier.split('@');
    return scope === undefined || this.#options.scopes.includes(scope);
  }

  /** What was heard last first, as far as there is room. */
  #known(): readonly (readonly [string, RevocationRecord])[] {
    let room = maxRemembered;
    const hasRoom = ({ revocations, undone }: RevocationRecord) => {
      room -= Math.max(revocations.length, undone.length);
      return room >= 0;
    };
    return [...this.list.byTier()]
      .reverse()
      .filter(([, said]) => hasRoom(said))
      .reverse();
  }
}

function byTierIn(attributes: JsonObject | undefined): ByTier {
  const tiers = attributes?.['tiers'];
  return new Map(
    Object.entries(isJsonObject(tiers) ? tiers : {}).map(([tier, said]) => [
      tier,
      isJsonObject(said) ? parseRecord(said) : emptyRecord,
    ]),
  );
}

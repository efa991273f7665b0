/*
 * The parts of Keyv 5 that are used, as shapes: `keyv` is a package of the project's, and none of ours. An instance of
 * `Keyv` and its storage adapter fit in as they are.
 */

export interface KeyvEntryLike {
  key: string;
  value: string;
  /** Milliseconds. */
  ttl: number;
}

export interface KeyvLike {
  /** The storage adapter: a `KeyvAdapterLike`, or a Map. */
  readonly store: unknown;
  readonly namespace?: string | undefined;
  readonly compression?: unknown;
  throwOnErrors: boolean;
  deserialize: ((text: string) => unknown) | undefined;
  get(key: string, options: { raw: true }): Promise<unknown>;
  getMany(keys: string[], options: { raw: true }): Promise<unknown>;
  setMany(entries: KeyvEntryLike[]): Promise<unknown>;
  delete(key: string): Promise<boolean>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface KeyvAdapterLike {
  readonly opts?: { readonly dialect?: unknown };
  readonly namespace?: string | undefined;
  readonly getMany?: unknown;
  /** What the adapter of Redis has besides Keyv's own. */
  throwOnErrors?: boolean;
  /** `force` is Redis's as well. */
  disconnect?(force: boolean): unknown;
  iterator?(namespace?: string): AsyncIterable<readonly unknown[]>;
}

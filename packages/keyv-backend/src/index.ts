export type { KeyvAdapterLike, KeyvEntryLike, KeyvLike } from './keyv-like.js';
export * from './open-keyv-store.js';
export * from './open-keyv-uri.js';

export * from './config.js';
export * from './default-directory.js';
export * from './gc-config.js';
export * from './open-cache.js';
export type { OpenedRemote } from './open-remote.js';
export { makePrivateFolders } from '@cleanmiss/fs-backend';
export type { RedisFacts } from '@cleanmiss/redis-backend';
export type { CacheMode, RemoteConfig, RemoteOption } from './remote-config.js';
export type { ReplayConfig, ReplayRule } from './replay-config.js';
export { Revocations } from './revocations.js';
export { isBelieved, trustContextOf } from './tier-trust.js';
export { isUnsigned, noTrustConfig, type TrustConfig } from './trust-config.js';
export type { Uploaded, UploadOptions } from './upload.js';

// What a checker with a cache needs of the core, so that it depends on one package.
export { CacheError, cacheChannels, failOpen, isOutage, missReasons, onCacheEvent } from '@cleanmiss/core';
export type {
  Cache,
  CacheEntry,
  CacheErrorCode,
  CacheEvent,
  CacheEventType,
  CacheMessage,
  CacheResult,
  CallOptions,
  EventSink,
  Hit,
  Json,
  JsonObject,
  Key,
  Meta,
  MetaHit,
  MetaResult,
  Miss,
  MissReason,
} from '@cleanmiss/core';

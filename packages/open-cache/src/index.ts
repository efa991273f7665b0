export * from './config.js';
export * from './default-directory.js';
export * from './gc-config.js';
export * from './open-cache.js';
export type { OpenedRemote } from './open-remote.js';
export type { RedisFacts } from '@cleanmiss/redis-backend';
export type { CacheMode, RemoteConfig } from './remote-config.js';

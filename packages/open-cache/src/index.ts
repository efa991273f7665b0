export * from './config.js';
export * from './default-directory.js';
export * from './open-cache.js';
export type { OpenedRemote } from './open-remote.js';
export type { RedisFacts } from '@cleanmiss/redis-backend';
export type { CacheMode, RemoteConfig } from './remote-config.js';
export { Revocations } from './revocations.js';
export { isBelieved } from './tier-trust.js';
export { noTrustConfig, type TrustConfig } from './trust-config.js';

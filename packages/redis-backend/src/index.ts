export * from './open-redis-store.js';
export type { RedisFacts } from './redis-probe.js';
export {
  parseRedisUrl,
  redactedUrl,
  type RedisAddress,
  type RedisTarget,
  type RedisTlsFiles,
} from './redis-url.js';

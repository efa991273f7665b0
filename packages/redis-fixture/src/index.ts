export { startProxy, type FaultyProxy } from './faulty-proxy.js';
export type { ProxyBehaviour } from './proxy-behaviour.js';
export { startRedisCluster, type RedisCluster, type RedisClusterOptions } from './redis-cluster.js';
export { startRedisSentinel, type RedisSentinel } from './redis-sentinel.js';
export type { RedisServer } from './redis-server.js';
export { startRedis, type RedisOptions } from './start-redis.js';

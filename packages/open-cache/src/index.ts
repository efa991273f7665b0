export * from './config.js';
export * from './default-directory.js';
export * from './open-cache.js';

export * from './blob-repair-suite.js';
export * from './blob-store-suite.js';
export { cacheSuite, type OpenedCache } from './cache-suite.js';
export { damages } from './damage.js';
export * from './meta-store-suite.js';
export * from './samples.js';
export * from './store-taps.js';
export type { Opened, SuiteRunner } from './suite-runner.js';

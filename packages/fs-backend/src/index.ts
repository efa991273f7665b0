export { makePrivateFolders, type FileSystem } from './file-system.js';
export * from './fs-blob-store.js';
export * from './fs-maintenance.js';
export * from './fs-meta-store.js';
export * from './open-fs-store.js';
export { storeFormat, StoreFiles, type StoreFilesOptions } from './store-files.js';
export { FsBreakerMemory, type FsBreakerMemoryOptions } from './fs-breaker-memory.js';
export { FsJournal, type FsJournalOptions } from './fs-journal.js';
export { KeyvFsStore, type KeyvFsStoreOptions } from './keyv-fs-store.js';

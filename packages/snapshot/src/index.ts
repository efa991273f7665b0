export * from './state-layout.js';

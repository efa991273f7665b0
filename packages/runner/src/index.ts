export * from './doctor.js';
export * from './halves.js';
export * from './history.js';
export * from './report.js';
export * from './request.js';
export * from './run-check.js';
export * from './why.js';

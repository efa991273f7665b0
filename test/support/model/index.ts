export { mutants } from './mutants.js';
export { SecondProcess } from './second-process.js';
export { steps } from './steps.js';
export { newModel, Trial } from './trial.js';
export { openUniverse } from './universe.js';

import { title } from '../parts/title.js';

export const home = `<h1>${title}</h1>`;

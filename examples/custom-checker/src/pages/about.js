import { title } from '../parts/title.js';

export const about = `<h1>About ${title}</h1>`;

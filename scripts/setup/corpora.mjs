import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeMypyPackage } from './mypy-package-corpus.mjs';
import { testTools } from './paths.mjs';
import { say } from './say.mjs';
import { writeSmallPackages } from './small-packages-corpora.mjs';
import { writeTorch } from './torch-corpus.mjs';

/** Goes up when what the corpora hold changes: those made by an older recipe are made anew. */
const RECIPE = 1;

/**
 * Real code to check, nobody's invention, under `.test-tools/corpora`.
 *
 * @param {import('./tools.mjs').Tools} tools
 * @param {{ torch?: boolean }} [wanted] `torch`: the large one too, about 20 MB to download
 */
export function ensureCorpora({ mypy, python }, wanted = {}) {
  ensureFolder('mypy-package', `mypy ${mypy.version}`, (folder) => {
    writeMypyPackage(join(folder, 'project'), mypy.packageDirectory);
  });
  ensureFolder('packages', '', (folder, downloads) => {
    writeSmallPackages(folder, downloads, python);
  });
  if (wanted.torch !== true) return;
  ensureFolder('torch', python, (folder, downloads) => {
    writeTorch(folder, downloads, python);
  });
}

/**
 * Makes a folder beside its place and moves it there when it is complete, so that it is never seen half made.
 *
 * @param {string} name
 * @param {string} madeFrom what, besides the recipe, decides on the content
 * @param {(folder: string, downloads: string) => void} write
 */
function ensureFolder(name, madeFrom, write) {
  const place = join(testTools, 'corpora', name);
  const stamp = `${JSON.stringify({ recipe: RECIPE, madeFrom })}\n`;
  if (readStamp(place) === stamp) return;
  say(`code to check: making .test-tools/corpora/${name}`);
  mkdirSync(join(testTools, 'corpora'), { recursive: true });
  const workshop = mkdtempSync(join(testTools, 'making-'));
  try {
    const [folder, downloads] = [join(workshop, name), join(workshop, 'downloads')];
    for (const each of [folder, downloads]) mkdirSync(each);
    write(folder, downloads);
    writeFileSync(join(folder, 'made.json'), stamp);
    rmSync(place, { recursive: true, force: true });
    renameSync(folder, place);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** @param {string} place */
function readStamp(place) {
  try {
    return readFileSync(join(place, 'made.json'), 'utf8');
  } catch {
    return undefined;
  }
}

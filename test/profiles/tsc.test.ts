import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describeProfile } from '../support/index.js';
import { writeRxjs, writeTsconfig } from '../support/typescript-project.js';

const tools = [
  // The native one first: it is by far the fastest.
  { name: 'tsc 7.0', set: 'typescript-7' },
  { name: 'tsc 6.0', set: 'typescript-6' },
  { name: 'tsc 5.9', set: 'typescript-5' },
];

describeProfile('tsc', {
  standsForAll: true,
  tools,
  writeProject(directory) {
    writeRxjs(directory);
    writeTsconfig(directory, { noEmit: true });
  },
  command: ['node_modules/.bin/tsc'],
  change,
  declined: [
    { args: ['--noEmit', 'false', '--composite', '--outDir', 'dist'], why: /composite/ },
    { args: ['--tsBuildInfoFile', 'dist/own', '--incremental'], why: /tsBuildInfoFile/ },
  ],
});

describeProfile('tsc that writes files', {
  tools,
  writeProject(directory) {
    writeRxjs(directory);
    writeTsconfig(directory, {
      ...{ outDir: 'dist', rootDir: 'src', declaration: true, declarationMap: true, sourceMap: true },
    });
  },
  command: ['node_modules/.bin/tsc'],
  change,
  outputs(directory) {
    const folder = join(directory, 'dist');
    if (!existsSync(folder)) return {};
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => extname(path) !== '',
    );
    return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  },
  declined: [],
});

/** Of the type that the whole of the library rests on: what says so stands in other modules. */
function change(directory: string): void {
  appendFileSync(
    join(directory, 'src/internal/types.ts'),
    '\nexport const subscribed: Unsubscribable = {};\n',
  );
}

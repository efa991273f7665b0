import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProfile } from '../support/index.js';
import { writeRxjs, writeTsconfig } from '../support/typescript-project.js';

describeProfile('tsc', {
  standsForAll: true,
  tools: [
    // The native one first: it is by far the fastest.
    { name: 'tsc 7.0', set: 'typescript-7' },
    { name: 'tsc 6.0', set: 'typescript-6' },
    { name: 'tsc 5.9', set: 'typescript-5' },
  ],
  writeProject(directory) {
    writeRxjs(directory);
    writeTsconfig(directory, { noEmit: true });
  },
  command: ['node_modules/.bin/tsc'],
  // Of the type that the whole of the library rests on: what says so stands in other modules.
  change(directory) {
    appendFileSync(
      join(directory, 'src/internal/types.ts'),
      '\nexport const subscribed: Unsubscribable = {};\n',
    );
  },
  declined: [
    { args: ['--noEmit', 'false', '--outDir', 'dist'], why: /writes files/ },
    { args: ['--tsBuildInfoFile', 'dist/own', '--incremental'], why: /tsBuildInfoFile/ },
    { args: ['-b'], why: /tsc -b/ },
  ],
});

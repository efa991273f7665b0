import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySome, count, npmSet, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

// A real checker that cleanmiss has never heard of, by the description that docs/checkers/custom.md ends with.
describeProfile('a checker that a configuration describes', {
  tools: [
    { name: 'dependency-cruiser 16', set: 'dependency-cruiser' },
    { name: 'dependency-cruiser 17', set: 'dependency-cruiser-17' },
  ],
  writeProject(directory) {
    const max = count({ full: 1000, quick: 20 });
    const isWanted = (path: string) => path.endsWith('.ts');
    copySome(join(npmSet('rxjs'), 'rxjs/src/internal'), join(directory, 'src'), { max, isWanted });
    writeProject(directory, {
      'package.json': '{ "name": "project", "type": "module" }\n',
      '.dependency-cruiser.json': JSON.stringify({
        forbidden: [
          { name: 'no-backdoor', severity: 'error', from: {}, to: { path: 'backdoor' } },
          { name: 'no-circular', severity: 'info', from: {}, to: { circular: true } },
        ],
        options: { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
      }),
      'src/backdoor.ts': 'export const open = true;\n',
      'src/door.ts': 'export const open = false;\n',
      'cleanmiss.config.json': JSON.stringify({
        checkers: {
          'dependency-cruiser': {
            command: 'depcruise',
            version: { npm: 'dependency-cruiser' },
            arguments: ['--cache', '{state}', '--cache-strategy', 'content'],
            declines: ['--cache', '--no-cache', '--cache-strategy'],
            context: { files: ['.dependency-cruiser.*', 'tsconfig*.json', 'package.json'] },
            exitCodes: { publish: 'all' },
          },
        },
      }),
    });
  },
  command: ['node_modules/.bin/depcruise', '--config', '.dependency-cruiser.json', 'src'],
  change(directory) {
    writeFileSync(join(directory, 'src/door.ts'), "export { open } from './backdoor';\n");
  },
  declined: [{ args: ['--no-cache'], why: /declines --no-cache/ }],
});

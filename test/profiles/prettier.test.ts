import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySome, count, npmSet, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

describeProfile('Prettier', {
  tools: [
    { name: 'Prettier 3.10', set: 'prettier-3.10' },
    { name: 'Prettier 3.0', set: 'prettier-3.0' },
  ],
  writeProject(directory) {
    const max = count({ full: 1000, quick: 20 });
    const isWanted = (path: string) => path.endsWith('.ts');
    copySome(join(npmSet('rxjs'), 'rxjs/src/internal'), join(directory, 'src'), { max, isWanted });
    writeProject(directory, {
      // As its authors have it.
      '.prettierrc':
        '{ "singleQuote": true, "printWidth": 140, "trailingComma": "es5", "arrowParens": "always" }\n',
      'src/[slug] page.ts': 'export const a = 1;\n',
      'package.json': '{ "name": "project" }\n',
    });
  },
  command: ['node_modules/.bin/prettier', '--check', '.'],
  change(directory) {
    appendFileSync(join(directory, 'src/AsyncSubject.ts'), 'export   const a = 1 ;\n');
  },
  declined: [
    { args: ['--no-cache'], why: /--no-cache/ },
    { args: ['--log-level', 'debug'], why: /--log-level debug/ },
  ],
});

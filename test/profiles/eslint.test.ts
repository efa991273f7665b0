import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { copySome, count, npmSet, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

const config = `
export default [{ rules: { 'no-debugger': 'error', 'no-empty': 'warn', 'no-unused-vars': 'warn', 'no-var': 'warn' } }];
`;

describeProfile('ESLint', {
  tools: [
    { name: 'ESLint 9', set: 'eslint-9' },
    { name: 'ESLint 10', set: 'eslint-10' },
  ],
  writeProject(directory) {
    const max = count({ full: 1000, quick: 20 });
    const isWanted = (path: string) => path.endsWith('.js');
    copySome(join(npmSet('rxjs'), 'rxjs/dist/esm'), join(directory, 'src'), { max, isWanted });
    writeProject(directory, { 'eslint.config.mjs': config });
  },
  command: ['node_modules/.bin/eslint', 'src'],
  change(directory) {
    appendFileSync(join(directory, 'src/index.js'), '\ndebugger;\n');
  },
  declined: [{ args: ['--no-cache'], why: /--no-cache/ }],
});

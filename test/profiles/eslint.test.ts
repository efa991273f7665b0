import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { npmSet, writeProject } from '../support/index.js';
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
    cpSync(join(npmSet('rxjs'), 'rxjs/dist/esm'), join(directory, 'src'), { recursive: true });
    writeProject(directory, { 'eslint.config.mjs': config });
  },
  command: ['node_modules/.bin/eslint', 'src'],
  change(directory) {
    appendFileSync(join(directory, 'src/internal/Observable.js'), '\ndebugger;\n');
  },
  declined: [{ args: ['--no-cache'], why: /--no-cache/ }],
});

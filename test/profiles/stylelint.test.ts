import { appendFileSync, cpSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { npmSet, repositoryRoot, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

const config = {
  extends: 'stylelint-config-standard',
  customSyntax: 'postcss-scss',
  rules: { 'selector-class-pattern': null, 'at-rule-no-unknown': null },
};

/** Stylelint 18 asks for a newer Node than we do. */
const newerNode = join(
  repositoryRoot,
  '.test-tools',
  'node-24',
  'node_modules',
  `node-${process.platform}-${process.arch}`,
  'bin',
);
const runsNewer = Number(process.versions.node.split('.')[0]) >= 24 || existsSync(newerNode);
if (!runsNewer) process.stdout.write('# no Node 24 here: Stylelint 18 is left out\n');

describeProfile('Stylelint', {
  tools: [
    { name: 'Stylelint 16', set: 'stylelint-16' },
    ...(runsNewer ? [{ name: 'Stylelint 18', set: 'stylelint-18' }] : []),
  ],
  writeProject(directory) {
    cpSync(join(npmSet('govuk'), 'govuk-frontend/dist/govuk'), join(directory, 'src'), {
      recursive: true,
      filter: (path) => !/\.(js|mjs|map|css|njk|html|yaml)$/.test(path),
    });
    writeProject(directory, { '.stylelintrc.json': JSON.stringify(config) });
  },
  command: ['node_modules/.bin/stylelint', 'src/**/*.scss'],
  env: runsNewer ? { PATH: `${newerNode}${delimiter}${process.env['PATH'] ?? ''}` } : {},
  change(directory) {
    appendFileSync(join(directory, 'src/core/_typography.scss'), '\n.a { color: #zzz; color: #zzz }\n');
  },
  declined: [
    { args: ['--no-cache'], why: /--no-cache/ },
    { args: ['--formatter', 'json'], why: /--formatter json/ },
  ],
});

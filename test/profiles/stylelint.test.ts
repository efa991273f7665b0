import { appendFileSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { copySome, count, npmSet, repositoryRoot, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

/** Such as its authors follow: the order in which Stylelint names several files is another one at each run. */
const rules = [
  ...['block-no-empty', 'color-no-invalid-hex', 'comment-no-empty'],
  ...['declaration-block-no-shorthand-property-overrides', 'function-calc-no-unspaced-operator'],
  ...[
    'keyframe-declaration-no-important',
    'length-zero-no-unit',
    'no-duplicate-at-import-rules',
    'unit-no-unknown',
  ],
  ...['selector-pseudo-class-no-unknown', 'selector-type-no-unknown', 'string-no-newline'],
];

const config = {
  customSyntax: 'postcss-scss',
  rules: Object.fromEntries(rules.map((rule) => [rule, true])),
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
    const max = count({ full: 1000, quick: 20 });
    const isWanted = (path: string) => path.endsWith('.scss');
    copySome(join(npmSet('govuk'), 'govuk-frontend/dist/govuk'), join(directory, 'src'), { max, isWanted });
    writeProject(directory, { '.stylelintrc.json': JSON.stringify(config) });
  },
  command: ['node_modules/.bin/stylelint', 'src/**/*.scss'],
  env: runsNewer ? { PATH: `${newerNode}${delimiter}${process.env['PATH'] ?? ''}` } : {},
  change(directory) {
    appendFileSync(join(directory, 'src/_base.scss'), '\n.a { color: #zzz; color: #zzz }\n');
  },
  declined: [
    { args: ['--no-cache'], why: /--no-cache/ },
    { args: ['--formatter', 'json'], why: /--formatter json/ },
  ],
});

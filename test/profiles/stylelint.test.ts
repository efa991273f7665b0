import { appendFileSync, cpSync, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { npmSet, repositoryRoot, writeProject } from '../support/index.js';
import { describeProfile } from '../support/profile-suite.js';

/** Of the standard rules, those that its authors do not follow. The order of several files is another one at each run. */
const without = `
  annotation-no-unknown at-rule-descriptor-value-no-unknown at-rule-empty-line-before at-rule-no-vendor-prefix
  at-rule-prelude-no-invalid color-hex-length custom-property-pattern declaration-block-no-redundant-longhand-properties
  declaration-empty-line-before declaration-property-value-keyword-no-deprecated declaration-property-value-no-unknown
  import-notation media-feature-name-no-vendor-prefix media-feature-name-value-no-unknown media-feature-range-notation
  media-query-no-invalid nesting-selector-no-missing-scoping-root no-descending-specificity
  no-invalid-position-at-import-rule no-invalid-position-declaration property-no-deprecated property-no-vendor-prefix
  selector-no-unmatchable selector-no-vendor-prefix selector-not-notation value-no-invalid value-no-vendor-prefix
  selector-class-pattern at-rule-no-unknown
`;

const config = {
  extends: 'stylelint-config-standard',
  customSyntax: 'postcss-scss',
  rules: Object.fromEntries(
    without
      .trim()
      .split(/\s+/)
      .map((rule) => [rule, null]),
  ),
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

/** A file that `init` would write. */
export interface InitFile {
  /** From the project root. */
  readonly path: string;
  readonly content: string;
}

export const ciSystems = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof ciSystems)[number];

export interface CiJob {
  /** Shell lines. */
  readonly installation: readonly string[];
  /** Of each check, behind `cleanmiss run --`, in words for a shell. */
  readonly checks: readonly string[];
  /** How cleanmiss is started there. */
  readonly cleanmiss: string;
  readonly wantsPython: boolean;
  /** A remote is shared; else the store itself is carried from job to job. */
  readonly hasRemote: boolean;
}

/** A new file for the system: what is there already is not touched. */
export function ciFile(system: CiSystem, job: CiJob): InitFile | undefined {
  if (system === 'github') return { path: '.github/workflows/cleanmiss.yml', content: githubWorkflow(job) };
  if (system === 'gitlab') return { path: 'cleanmiss.gitlab-ci.yml', content: gitlabJobs(job) };
  return undefined;
}

function githubWorkflow(job: CiJob): string {
  const key = 'cleanmiss-${{ github.run_id }}-${{ github.run_attempt }}';
  const environment = job.hasRemote
    ? [
        '    env:',
        '      # Only what is merged is shared. A pull request reads; one from a fork has no secrets, and runs without a remote.',
        "      CLEANMISS_REMOTE: ${{ github.ref == 'refs/heads/main' && secrets.CLEANMISS_REMOTE_WRITER || secrets.CLEANMISS_REMOTE_READER || 'off' }}",
        "      CLEANMISS_REMOTE_MODE: ${{ github.ref == 'refs/heads/main' && 'read-write' || 'read' }}",
      ]
    : ['    env:', '      CLEANMISS_LOCAL: ${{ github.workspace }}/.cleanmiss-store'];
  const restore = [
    '      - uses: actions/cache/restore@v4',
    '        with:',
    '          path: .cleanmiss-store',
    '          # A cache is never changed: each run leaves one of its own, and starts from the latest there is.',
    `          key: ${key}`,
    '          restore-keys: cleanmiss-',
  ];
  const save = [
    `      - run: ${yamlText(`${job.cleanmiss} gc --max-age 7d`)}`,
    '        if: always()',
    '      - uses: actions/cache/save@v4',
    '        if: always()',
    '        with:',
    '          path: .cleanmiss-store',
    `          key: ${key}`,
  ];
  const python = [
    '      - uses: actions/setup-python@v6',
    '        with:',
    "          python-version: '3.12'",
  ];
  // A check that finds something keeps no other one from being made.
  const checks = job.checks.flatMap((check) => [
    `      - run: ${yamlText(`${job.cleanmiss} run -- ${check}`)}`,
    '        if: ${{ !cancelled() }}',
  ]);
  return lines([
    'name: checks',
    'on:',
    '  push:',
    '    branches: [main]',
    '  pull_request:',
    'permissions:',
    '  contents: read',
    'jobs:',
    '  checks:',
    '    runs-on: ubuntu-latest',
    ...environment,
    '    steps:',
    '      - uses: actions/checkout@v5',
    '      - uses: actions/setup-node@v5',
    '        with:',
    '          node-version: 22',
    ...(job.wantsPython ? python : []),
    ...(job.hasRemote ? [] : restore),
    ...job.installation.map((line) => `      - run: ${yamlText(line)}`),
    ...checks,
    ...(job.hasRemote ? [] : save),
  ]);
}

function gitlabJobs(job: CiJob): string {
  const image = job.wantsPython ? 'nikolaik/python-nodejs:python3.12-nodejs22' : 'node:22';
  const remote = [
    '# Only what is merged is shared: the writer’s URL is a protected variable. A fork has neither, and runs without a remote.',
    'export CLEANMISS_REMOTE="${CLEANMISS_REMOTE_WRITER:-${CLEANMISS_REMOTE_READER:-off}}"',
    'if [ -z "$CLEANMISS_REMOTE_WRITER" ]; then export CLEANMISS_REMOTE_MODE=read; fi',
  ];
  const store = [
    '  variables:',
    '    CLEANMISS_LOCAL: $CI_PROJECT_DIR/.cleanmiss-store',
    '  cache:',
    '    key: cleanmiss',
    '    when: always',
    '    paths: [.cleanmiss-store]',
  ];
  const prepare = [...job.installation, ...(job.hasRemote ? remote : [])];
  return lines([
    '# For .gitlab-ci.yml: `include: cleanmiss.gitlab-ci.yml`.',
    'checks:',
    `  image: ${image}`,
    '  rules:',
    '    - if: $CI_PIPELINE_SOURCE == "merge_request_event"',
    '    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
    ...(job.hasRemote ? [] : store),
    ...(prepare.length > 0 ? ['  before_script:'] : []),
    ...prepare.map((line) => (line.startsWith('#') ? `    ${line}` : `    - ${yamlText(line)}`)),
    '  script:',
    ...job.checks.map((check) => `    - ${yamlText(`${job.cleanmiss} run -- ${check}`)}`),
    ...(job.hasRemote ? [] : ['  after_script:', `    - ${yamlText(`${job.cleanmiss} gc --max-age 7d`)}`]),
  ]);
}

/** Quoted where YAML would take a part of it for its own. */
function yamlText(text: string): string {
  return /^[A-Za-z][\w ./@=+-]*$/.test(text) ? text : JSON.stringify(text);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

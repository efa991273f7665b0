import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parse } from 'yaml';
import {
  cleanmiss,
  cleanmissCommand,
  findTools,
  initialCommit,
  installSet,
  run,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

interface Planned {
  readonly checkers: readonly { readonly name: string; readonly passedThrough?: string }[];
  readonly checks: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: string; readonly isThere: boolean }[];
}

const pythonFiles = {
  'pyproject.toml':
    '[project]\nname = "p"\n\n[tool.mypy]\nstrict = true\nfiles = ["pkg"]\n\n[tool.ruff.lint]\n',
  'pkg/a.py': 'x: int = 1\n',
  '.gitlab-ci.yml': 'stages: [test]\n',
};
const typescriptFiles = {
  'package.json': JSON.stringify({
    scripts: {
      typecheck: 'rm -rf out && tsc --noEmit -p .',
      lint: 'eslint "src/**" --fix',
      format: 'prettier --write .',
    },
    devDependencies: { typescript: '5', eslint: '9', prettier: '3' },
  }),
  'package-lock.json': '{}',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] }, "include": ["src"] }',
  'src/a.ts': 'export const a: number = 1;\n',
  '.github/dependabot.yml': 'version: 2\n',
};

function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = join(temporaryDirectory(t), 'project');
  writeProject(directory, files);
  initialCommit(directory);
  return directory;
}

async function init(cwd: string, ...args: readonly string[]): Promise<Planned> {
  const ended = await cleanmiss(['init', '--json', ...args], { cwd });
  assert.equal(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout) as Planned;
}

/** Does what it says to try, with `npx cleanmiss` being ours; answers what `why` says then. */
async function tried(check: string, cwd: string): Promise<string> {
  const words = check.replace(/^npx (--yes )?cleanmiss /, '').split(' ');
  const { mypy } = findTools();
  const env = {
    CLEANMISS_LOCAL: join(cwd, '..', 'store'),
    PATH: `${dirname(mypy.command)}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const ended = await run([...cleanmissCommand, ...words], { cwd, env });
  assert.equal(ended.code, 0, ended.stdout + ended.stderr);
  return (await cleanmiss(['why'], { cwd })).stdout;
}

describe('init', () => {
  it('finds mypy by its settings, and what it says to try works', async (t) => {
    const cwd = project(t, pythonFiles);
    const plan = await init(cwd);
    assert.deepEqual(
      plan.checkers.map(({ name }) => name),
      ['mypy', 'ruff'],
    );
    assert.deepEqual(plan.checks, ['npx --yes cleanmiss run -- mypy']);
    assert.deepEqual(
      plan.files.map(({ path }) => path),
      ['cleanmiss.config.json', 'cleanmiss.gitlab-ci.yml'],
    );
    assert.equal(existsSync(join(cwd, 'cleanmiss.config.json')), false, 'shown, and not written');
    const jobs = parse(plan.files[1]!.content) as {
      checks: { script: string[]; cache: { paths: string[] } };
    };
    assert.deepEqual(jobs.checks.script, plan.checks);
    assert.deepEqual(jobs.checks.cache.paths, ['.cleanmiss-store']);
    assert.match(await tried(plan.checks[0]!, cwd), /^.*\nA miss/);
    assert.match(await tried(plan.checks[0]!, cwd), /^.*\nA hit/);
  });

  it('finds checkers from npm by dependencies and scripts, and writes what doctor is content with', async (t) => {
    const cwd = project(t, typescriptFiles);
    installSet('typescript-5', cwd);
    const plan = await init(cwd, '--write');
    assert.deepEqual(plan.checks, [
      'npx cleanmiss run -- npx tsc --noEmit -p .',
      // Scripts with quotes, and those that write, are not rewritten.
      'npx cleanmiss run -- npx eslint .',
      'npx cleanmiss run -- npx prettier --check .',
    ]);
    const workflow = parse(readFileSync(join(cwd, '.github/workflows/cleanmiss.yml'), 'utf8')) as {
      jobs: { checks: { steps: { run?: string; uses?: string }[]; env: Record<string, string> } };
    };
    const { steps, env } = workflow.jobs.checks;
    const commands = steps.flatMap((step) => step.run ?? []);
    assert.deepEqual(commands, ['npm ci', ...plan.checks, 'npx cleanmiss gc --max-age 7d']);
    assert.deepEqual(env, { CLEANMISS_LOCAL: '${{ github.workspace }}/.cleanmiss-store' });
    const doctor = await cleanmiss(['doctor', '--', 'npx', 'tsc', '--noEmit'], { cwd });
    assert.equal(doctor.code, 0, doctor.stdout);
    assert.match(await tried(plan.checks[0]!, cwd), /A miss/);
  });

  it('touches nothing that is there', async (t) => {
    const cwd = project(t, { ...typescriptFiles, 'cleanmiss.config.json': '{ "mode": "read" }' });
    const plan = await init(cwd, '--write', '--ci', 'none');
    assert.deepEqual(
      plan.files.map(({ path, isThere }) => [path, isThere]),
      [['cleanmiss.config.json', true]],
    );
    assert.equal(readFileSync(join(cwd, 'cleanmiss.config.json'), 'utf8'), '{ "mode": "read" }');
    assert.equal(existsSync(join(cwd, '.github/workflows')), false);
  });

  it('writes a team’s remote without a password, and takes none', async (t) => {
    const cwd = project(t, typescriptFiles);
    const url = 'redis://${REDIS_AUTH}@cache.example:6379';
    const plan = await init(cwd, '--remote', url);
    assert.equal((JSON.parse(plan.files[0]!.content) as { remote: string }).remote, url);
    const text = plan.files[1]!.content;
    assert.match(text, /secrets\.CLEANMISS_REMOTE_WRITER/);
    assert.doesNotMatch(text, /actions\/cache/);
    parse(text);
    const refused = await cleanmiss(['init', '--remote', 'redis://me:secret@cache.example'], { cwd });
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /a password does not belong into the configuration/);
    assert.doesNotMatch(refused.stderr + refused.stdout, /secret@|me:secret/);
  });

  it('shows everything for people before it writes', async (t) => {
    const cwd = project(t, typescriptFiles);
    const { stdout } = await cleanmiss(['init'], { cwd });
    assert.match(stdout, /tsc +tsc --noEmit -p \. +\(the script "typecheck" of package\.json\)/);
    assert.match(stdout, /Would write: \.github\/workflows\/cleanmiss\.yml\n\n {4}name: checks\n/);
    assert.match(stdout, /Nothing is written yet: cleanmiss init --write does it\./);
  });

  it('says what it looked for where it found nothing', async (t) => {
    const cwd = project(t, { 'README.md': '' });
    const { code, stdout } = await cleanmiss(['init', '--write'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /No checker that cleanmiss can help was found/);
    assert.equal(existsSync(join(cwd, 'cleanmiss.config.json')), false);
    const wrong = await cleanmiss(['init', '--ci', 'jenkins'], { cwd });
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--ci "jenkins" is not known; write github, gitlab, none/);
  });
});

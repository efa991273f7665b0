import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCi, readCiJob, type CiJob } from '../src/git-ci-job.js';
import { ciExamples, jobCommit } from './git-ci-examples.js';
import { repositoryIn } from './git-repository.js';

const noJob: CiJob = {
  commit: jobCommit,
  isPullRequest: false,
  branch: undefined,
  targetBranch: undefined,
  defaultBranch: undefined,
};

describe('what a CI system says of its job', () => {
  it('is not believed without the variable that says that it is there', () => {
    const signs = [
      'GITHUB_ACTIONS',
      'GITLAB_CI',
      'BUILDKITE',
      'CIRCLECI',
      'TF_BUILD',
      'BITBUCKET_BUILD_NUMBER',
    ];
    const others = ['TRAVIS', 'DRONE', 'CI', 'JENKINS_URL'];
    const all = Object.assign({}, ...Object.values(ciExamples).map(({ env }) => env)) as Record<
      string,
      string
    >;
    assert.equal(readCiJob({ ...all, ...emptied([...signs, ...others]) }), undefined);
    assert.equal(readCiJob({ ...all, ...emptied([...signs, ...others]), CI: 'true' }), undefined);
  });

  for (const [name, { env, job }] of Object.entries(ciExamples)) {
    it(`is understood: ${name}`, () => {
      assert.deepEqual(readCiJob(env), { ...noJob, ...job });
      assert.equal(isCi(env), true);
    });
  }

  it('gives no pull request a name that a branch can have', () => {
    const repository = repositoryIn();
    const requests = Object.values(ciExamples).map(({ env }) => readCiJob(env)!);
    for (const { branch } of requests.filter(({ isPullRequest }) => isPullRequest)) {
      assert.throws(() => repository.git('check-ref-format', '--branch', branch!));
    }
  });
});

describe('a CI system that is not known', () => {
  it('is none where CI is set to nothing', () => {
    for (const env of [{}, { CI: '' }, { CI: '0' }, { CI: 'false' }]) assert.equal(isCi(env), false);
  });

  it('is one where CI is set', () => {
    for (const env of [{ CI: 'true' }, { CI: '1' }]) assert.equal(isCi(env), true);
  });
});

function emptied(names: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

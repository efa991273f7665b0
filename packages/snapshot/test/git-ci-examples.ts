import type { CiJob } from '../src/git-ci-job.js';

export interface CiExample {
  readonly env: Readonly<Record<string, string>>;
  readonly job: Partial<CiJob>;
}

/** The commit of every example. */
export const jobCommit = 'a'.repeat(40);

/** As each system documents it. A pull request here always comes from a branch called `main` of a fork. */
export const ciExamples: Readonly<Record<string, CiExample>> = {
  'GitHub, a push': {
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: jobCommit,
      GITHUB_REF: 'refs/heads/topic/one',
      GITHUB_REF_NAME: 'topic/one',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_HEAD_REF: '',
      GITHUB_BASE_REF: '',
    },
    job: { branch: 'topic/one' },
  },
  'GitHub, a tag': {
    env: { GITHUB_ACTIONS: 'true', GITHUB_SHA: jobCommit, GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1' },
    job: {},
  },
  'GitHub, a pull request': {
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: jobCommit,
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_REF_NAME: '12/merge',
      GITHUB_HEAD_REF: 'main',
      GITHUB_BASE_REF: 'release',
    },
    job: { isPullRequest: true, branch: 'pr:12/merge', targetBranch: 'release' },
  },
  'GitHub, a pull request seen from its target': {
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: jobCommit,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_HEAD_REF: 'main',
      GITHUB_BASE_REF: 'main',
    },
    job: { isPullRequest: true, branch: 'pr:main', targetBranch: 'main' },
  },
  'GitLab, a branch': {
    env: {
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: jobCommit,
      CI_COMMIT_BRANCH: 'topic',
      CI_DEFAULT_BRANCH: 'trunk',
    },
    job: { branch: 'topic', defaultBranch: 'trunk' },
  },
  'GitLab, a tag': {
    env: { GITLAB_CI: 'true', CI_COMMIT_SHA: jobCommit, CI_COMMIT_TAG: 'v1', CI_COMMIT_REF_NAME: 'v1' },
    job: {},
  },
  'GitLab, a merge request': {
    env: {
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: jobCommit,
      CI_COMMIT_REF_NAME: 'main',
      CI_MERGE_REQUEST_IID: '12',
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'release',
      CI_DEFAULT_BRANCH: 'main',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release', defaultBranch: 'main' },
  },
  'GitLab, a pull request of GitHub': {
    env: {
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: jobCommit,
      CI_EXTERNAL_PULL_REQUEST_IID: '12',
      CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME: 'main',
      CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME: 'release',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Buildkite, a branch': {
    env: {
      BUILDKITE: 'true',
      BUILDKITE_COMMIT: 'HEAD',
      BUILDKITE_BRANCH: 'topic',
      BUILDKITE_TAG: '',
      BUILDKITE_PULL_REQUEST: 'false',
      BUILDKITE_PIPELINE_DEFAULT_BRANCH: 'trunk',
    },
    job: { commit: undefined, branch: 'topic', defaultBranch: 'trunk' },
  },
  'Buildkite, a tag': {
    env: { BUILDKITE: 'true', BUILDKITE_COMMIT: jobCommit, BUILDKITE_BRANCH: 'v1', BUILDKITE_TAG: 'v1' },
    job: {},
  },
  'Buildkite, a pull request': {
    env: {
      BUILDKITE: 'true',
      BUILDKITE_COMMIT: jobCommit,
      BUILDKITE_BRANCH: 'main',
      BUILDKITE_PULL_REQUEST: '12',
      BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'release',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'CircleCI, a branch with a pull request': {
    env: {
      CIRCLECI: 'true',
      CIRCLE_SHA1: jobCommit,
      CIRCLE_BRANCH: 'topic',
      CIRCLE_PULL_REQUEST: 'https://github.com/acme/app/pull/12',
    },
    job: { branch: 'topic' },
  },
  'CircleCI, a tag': {
    env: { CIRCLECI: 'true', CIRCLE_SHA1: jobCommit, CIRCLE_TAG: 'v1' },
    job: {},
  },
  'CircleCI, a pull request from a fork': {
    env: { CIRCLECI: 'true', CIRCLE_SHA1: jobCommit, CIRCLE_BRANCH: 'main', CIRCLE_PR_NUMBER: '12' },
    job: { isPullRequest: true, branch: 'pr:12' },
  },
  'CircleCI, a pull request by its branch': {
    env: { CIRCLECI: 'true', CIRCLE_SHA1: jobCommit, CIRCLE_BRANCH: 'pull/12' },
    job: { isPullRequest: true, branch: 'pr:12' },
  },
  'Azure, a branch': {
    env: {
      TF_BUILD: 'True',
      BUILD_SOURCEVERSION: jobCommit,
      BUILD_SOURCEBRANCH: 'refs/heads/topic/one',
      BUILD_SOURCEBRANCHNAME: 'one',
    },
    job: { branch: 'topic/one' },
  },
  'Azure, a tag': {
    env: { TF_BUILD: 'True', BUILD_SOURCEVERSION: jobCommit, BUILD_SOURCEBRANCH: 'refs/tags/v1' },
    job: {},
  },
  'Azure, a pull request': {
    env: {
      TF_BUILD: 'True',
      BUILD_SOURCEVERSION: jobCommit,
      BUILD_SOURCEBRANCH: 'refs/pull/12/merge',
      SYSTEM_PULLREQUEST_PULLREQUESTID: '12',
      SYSTEM_PULLREQUEST_SOURCEBRANCH: 'refs/heads/main',
      SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/release',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Azure, a pull request of GitHub': {
    env: {
      TF_BUILD: 'True',
      BUILD_SOURCEVERSION: jobCommit,
      BUILD_SOURCEBRANCH: 'refs/pull/12/merge',
      SYSTEM_PULLREQUEST_PULLREQUESTID: '987654',
      SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: '12',
      SYSTEM_PULLREQUEST_SOURCEBRANCH: 'main',
      SYSTEM_PULLREQUEST_TARGETBRANCH: 'release',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Bitbucket, a branch': {
    env: { BITBUCKET_BUILD_NUMBER: '3', BITBUCKET_COMMIT: jobCommit, BITBUCKET_BRANCH: 'topic' },
    job: { branch: 'topic' },
  },
  'Bitbucket, a tag': {
    env: { BITBUCKET_BUILD_NUMBER: '3', BITBUCKET_COMMIT: jobCommit, BITBUCKET_TAG: 'v1' },
    job: {},
  },
  'Bitbucket, a pull request': {
    env: {
      BITBUCKET_BUILD_NUMBER: '3',
      BITBUCKET_COMMIT: jobCommit,
      BITBUCKET_BRANCH: 'main',
      BITBUCKET_PR_ID: '12',
      BITBUCKET_PR_DESTINATION_BRANCH: 'release',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Travis, a branch': {
    env: { TRAVIS: 'true', TRAVIS_COMMIT: jobCommit, TRAVIS_BRANCH: 'topic', TRAVIS_PULL_REQUEST: 'false' },
    job: { branch: 'topic' },
  },
  'Travis, a tag': {
    env: { TRAVIS: 'true', TRAVIS_COMMIT: jobCommit, TRAVIS_BRANCH: 'v1', TRAVIS_TAG: 'v1' },
    job: {},
  },
  'Travis, a pull request': {
    env: {
      TRAVIS: 'true',
      TRAVIS_COMMIT: jobCommit,
      TRAVIS_BRANCH: 'release',
      TRAVIS_PULL_REQUEST: '12',
      TRAVIS_PULL_REQUEST_BRANCH: 'main',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Drone, a branch': {
    env: {
      DRONE: 'true',
      DRONE_COMMIT_SHA: jobCommit,
      DRONE_BRANCH: 'topic',
      DRONE_TARGET_BRANCH: 'topic',
      DRONE_REPO_BRANCH: 'trunk',
    },
    job: { branch: 'topic', defaultBranch: 'trunk' },
  },
  'Drone, a tag': {
    env: { DRONE: 'true', DRONE_COMMIT_SHA: jobCommit, DRONE_BRANCH: 'main', DRONE_TAG: 'v1' },
    job: {},
  },
  'Drone, a pull request': {
    env: {
      DRONE: 'true',
      DRONE_COMMIT_SHA: jobCommit,
      DRONE_BRANCH: 'release',
      DRONE_SOURCE_BRANCH: 'main',
      DRONE_TARGET_BRANCH: 'release',
      DRONE_PULL_REQUEST: '12',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Woodpecker, a branch': {
    env: {
      CI: 'woodpecker',
      CI_COMMIT_SHA: jobCommit,
      CI_COMMIT_BRANCH: 'topic',
      CI_COMMIT_PULL_REQUEST: '',
      CI_REPO_DEFAULT_BRANCH: 'trunk',
    },
    job: { branch: 'topic', defaultBranch: 'trunk' },
  },
  'Woodpecker, a tag': {
    env: { CI: 'woodpecker', CI_COMMIT_SHA: jobCommit, CI_COMMIT_BRANCH: 'main', CI_COMMIT_TAG: 'v1' },
    job: {},
  },
  'Woodpecker, a pull request': {
    env: {
      CI: 'woodpecker',
      CI_COMMIT_SHA: jobCommit,
      CI_COMMIT_BRANCH: 'release',
      CI_COMMIT_SOURCE_BRANCH: 'main',
      CI_COMMIT_TARGET_BRANCH: 'release',
      CI_COMMIT_PULL_REQUEST: '12',
    },
    job: { isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
  'Jenkins, a branch of several': {
    env: {
      JENKINS_URL: 'https://ci.example.org/',
      GIT_COMMIT: jobCommit,
      BRANCH_NAME: 'topic',
      GIT_BRANCH: 'topic',
    },
    job: { branch: 'topic' },
  },
  'Jenkins, a job of one branch': {
    env: { JENKINS_URL: 'https://ci.example.org/', GIT_COMMIT: jobCommit, GIT_BRANCH: 'origin/topic/one' },
    job: { branch: 'topic/one' },
  },
  'Jenkins, a commit': {
    env: { JENKINS_URL: 'https://ci.example.org/', GIT_COMMIT: jobCommit, GIT_BRANCH: 'detached' },
    job: {},
  },
  'Jenkins, a tag': {
    env: { JENKINS_URL: 'https://ci.example.org/', GIT_COMMIT: jobCommit, BRANCH_NAME: 'v1', TAG_NAME: 'v1' },
    job: {},
  },
  'Jenkins, a pull request': {
    env: {
      JENKINS_URL: 'https://ci.example.org/',
      BRANCH_NAME: 'PR-12',
      CHANGE_ID: '12',
      CHANGE_BRANCH: 'main',
      CHANGE_TARGET: 'release',
    },
    job: { commit: undefined, isPullRequest: true, branch: 'pr:12', targetBranch: 'release' },
  },
};

import { isCommit } from './git-refs.js';

/** What a CI system says of its job: it checks out a commit, and git alone does not know what for. */
export interface CiJob {
  /** The commit that it is for; `undefined` where the system does not say, or not in full. */
  readonly commit: string | undefined;
  readonly isPullRequest: boolean;
  /**
   * What it is for, as the name of a branch. A pull request has a name that no branch can have, because its own branch may
   * be a fork's `main`. `undefined` for a tag.
   */
  readonly branch: string | undefined;
  /** Where the pull request is to be merged. */
  readonly targetBranch: string | undefined;
  readonly defaultBranch: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `undefined` outside of the CI systems that are known here. */
export function readCiJob(env: Environment): CiJob | undefined {
  const system = ciSystems.find(({ sign: [name, value] }) => (value ? env[name] === value : env[name]));
  if (!system) return undefined;
  const commit = env[system.commit];
  const request = readFirst(env, system.request);
  const isPullRequest = request !== undefined;
  const ownBranch = readFirst(env, system.tag) === undefined ? readFirst(env, system.branch) : undefined;
  return {
    // Buildkite may say `HEAD`.
    commit: isCommit(commit) ? commit : undefined,
    isPullRequest,
    // Git allows no colon in the name of a branch.
    branch: isPullRequest ? `pr:${request}` : ownBranch,
    targetBranch: isPullRequest ? readFirst(env, system.target) : undefined,
    defaultBranch: readFirst(env, system.defaultBranch),
  };
}

/** Also where the system is not known here: nearly all of them set `CI`. */
export function isCi(env: Environment): boolean {
  return isCiSet(env) || readCiJob(env) !== undefined;
}

/** By the variable that nearly all CI systems set, and people too. */
export function isCiSet(env: Environment): boolean {
  return !['', '0', 'false'].includes(env['CI'] ?? '');
}

/** A variable and what its value has to begin with, which is no part of the answer. */
type Source = readonly [variable: string, prefix?: string];

/** Of several sources the first one counts that says something. */
interface CiSystem {
  /** A variable that this system sets, and what to: without it the others are somebody else's. */
  readonly sign: readonly [variable: string, value?: string];
  readonly commit: string;
  readonly branch: readonly Source[];
  /** Where `branch` may also hold the name of a tag. */
  readonly tag?: readonly Source[];
  /** What tells one pull request from the others; says nothing where the job is for none. */
  readonly request: readonly Source[];
  readonly target?: readonly Source[];
  readonly defaultBranch?: readonly Source[];
}

const ciSystems: readonly CiSystem[] = [
  {
    // https://docs.github.com/en/actions/reference/workflows-and-actions/variables; Forgejo and Gitea set the same.
    sign: ['GITHUB_ACTIONS', 'true'],
    commit: 'GITHUB_SHA',
    branch: [['GITHUB_REF', 'refs/heads/']],
    // After `pull_request_target` the first is the target branch.
    request: [['GITHUB_REF', 'refs/pull/'], ['GITHUB_HEAD_REF']],
    target: [['GITHUB_BASE_REF']],
  },
  {
    // https://docs.gitlab.com/ci/variables/predefined_variables/
    sign: ['GITLAB_CI', 'true'],
    commit: 'CI_COMMIT_SHA',
    branch: [['CI_COMMIT_BRANCH']],
    request: [['CI_MERGE_REQUEST_IID'], ['CI_EXTERNAL_PULL_REQUEST_IID']],
    target: [['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'], ['CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME']],
    defaultBranch: [['CI_DEFAULT_BRANCH']],
  },
  {
    // https://buildkite.com/docs/pipelines/configure/environment-variables
    sign: ['BUILDKITE', 'true'],
    commit: 'BUILDKITE_COMMIT',
    branch: [['BUILDKITE_BRANCH']],
    tag: [['BUILDKITE_TAG']],
    request: [['BUILDKITE_PULL_REQUEST']],
    target: [['BUILDKITE_PULL_REQUEST_BASE_BRANCH']],
    defaultBranch: [['BUILDKITE_PIPELINE_DEFAULT_BRANCH']],
  },
  {
    // https://circleci.com/docs/reference/variables/. A request from the repository itself is a job for its branch.
    sign: ['CIRCLECI', 'true'],
    commit: 'CIRCLE_SHA1',
    branch: [['CIRCLE_BRANCH']],
    request: [['CIRCLE_PR_NUMBER'], ['CIRCLE_BRANCH', 'pull/']],
  },
  {
    // https://learn.microsoft.com/azure/devops/pipelines/build/variables
    sign: ['TF_BUILD'],
    commit: 'BUILD_SOURCEVERSION',
    branch: [['BUILD_SOURCEBRANCH', 'refs/heads/']],
    request: [['SYSTEM_PULLREQUEST_PULLREQUESTNUMBER'], ['SYSTEM_PULLREQUEST_PULLREQUESTID']],
    // For a repository on GitHub it is the name alone.
    target: [['SYSTEM_PULLREQUEST_TARGETBRANCH', 'refs/heads/'], ['SYSTEM_PULLREQUEST_TARGETBRANCH']],
  },
  {
    // https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
    sign: ['BITBUCKET_BUILD_NUMBER'],
    commit: 'BITBUCKET_COMMIT',
    branch: [['BITBUCKET_BRANCH']],
    request: [['BITBUCKET_PR_ID']],
    target: [['BITBUCKET_PR_DESTINATION_BRANCH']],
  },
  {
    // https://docs.travis-ci.com/user/environment-variables/#default-environment-variables
    sign: ['TRAVIS', 'true'],
    commit: 'TRAVIS_COMMIT',
    branch: [['TRAVIS_BRANCH']],
    tag: [['TRAVIS_TAG']],
    request: [['TRAVIS_PULL_REQUEST']],
    target: [['TRAVIS_BRANCH']],
  },
  {
    // https://docs.drone.io/pipeline/environment/reference/
    sign: ['DRONE', 'true'],
    commit: 'DRONE_COMMIT_SHA',
    branch: [['DRONE_BRANCH']],
    tag: [['DRONE_TAG']],
    request: [['DRONE_PULL_REQUEST']],
    target: [['DRONE_TARGET_BRANCH']],
    defaultBranch: [['DRONE_REPO_BRANCH']],
  },
  {
    // https://woodpecker-ci.org/docs/usage/environment
    sign: ['CI', 'woodpecker'],
    commit: 'CI_COMMIT_SHA',
    branch: [['CI_COMMIT_BRANCH']],
    tag: [['CI_COMMIT_TAG']],
    request: [['CI_COMMIT_PULL_REQUEST']],
    target: [['CI_COMMIT_TARGET_BRANCH']],
    defaultBranch: [['CI_REPO_DEFAULT_BRANCH']],
  },
  {
    // https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables; each has a page /env-vars.html.
    sign: ['JENKINS_URL'],
    commit: 'GIT_COMMIT',
    // The second is the git plugin's, for a job of one branch.
    branch: [['BRANCH_NAME'], ['GIT_BRANCH', 'origin/']],
    tag: [['TAG_NAME']],
    request: [['CHANGE_ID']],
    target: [['CHANGE_TARGET']],
  },
];

function readFirst(env: Environment, sources: readonly Source[] = []): string | undefined {
  for (const [variable, prefix = ''] of sources) {
    const value = env[variable] ?? '';
    const rest = value.startsWith(prefix) ? value.slice(prefix.length) : '';
    // Some say `false` where there is no pull request.
    if (rest !== '' && rest !== 'false') return rest;
  }
  return undefined;
}

export { mypyPackageCorpus, smallCorpora, torchCorpus } from './corpora.js';
export type { Corpus } from './corpora.js';
export { commitAll, git, initialCommit } from './git.js';
export { copyMypy, jsonFlagsOf, makeRacingPair, renamedField, sleepBeforeData } from './mypy-copies.js';
export type { MypyEdit } from './mypy-copies.js';
export { RunningProcess, inheritedEnvironment, run, start } from './processes.js';
export type { Ended, ProcessOptions } from './processes.js';
export { copyProject, copySome, pythonFilesOf, touch, writeProject } from './project.js';
export type { CopyOptions } from './project.js';
export { repositoryRoot } from './repository-root.js';
export { TemporaryDirectory, atEndOf, temporaryDirectory } from './temporary.js';
export type { Scope } from './temporary.js';
export { findTools, olderMypy } from './tools.js';
export type { MypyInstall, Tools } from './tools.js';
export { answerOf, assertSameAnswer, coldAnswer } from './answers.js';
export type { Answer } from './answers.js';
export {
  assertStoreIsClean,
  check,
  cleanmiss,
  cleanmissCommand,
  slotsInUse,
  startCheck,
} from './cleanmiss.js';
export type { Checked, CheckOptions } from './cleanmiss.js';
export { count, itInFull } from './counts.js';
export { atEndOfProcess } from './end-of-process.js';
export { Machine } from './machines.js';
export type { MachineCheckOptions, MachineOptions } from './machines.js';
export { inPool } from './pool.js';
export { contentOf, danglingIn, metasForOthers, metasOfWholeRemote, ofType } from './remote-contents.js';
export {
  endOfUploading,
  killUploadingProcess,
  nextUploadingProcess,
  uploadingProcess,
} from './uploading-process.js';
export { breakingMypy, poisoningMypy, tidyingMypy } from './breaking-mypy.js';
export { flip, storedFilesOf } from './store-damage.js';
export type { StoredKind } from './store-damage.js';
export { makeNetwork, whyNoNetworks } from './networks.js';
export type { Network } from './networks.js';
export { giveTo, mypyFor, otherUser } from './other-users.js';
export type { OtherUser } from './other-users.js';
export { filesThatHold } from './files-that-hold.js';
export { installSet, npmSet } from './npm-tools.js';
export { describeProfile } from './profile-suite.js';
export type { ProfileSubject, Tool } from './profile-suite.js';

import { VerifyingBlobStore } from '@cleanmiss/core';
import { openFsStore } from '@cleanmiss/fs-backend';

/** The tier on this machine, as `cleanmiss run` uses it: every read is verified. */
export function openOurFiles(directory: string): VerifyingBlobStore {
  return new VerifyingBlobStore(openFsStore({ directory }).blobs);
}

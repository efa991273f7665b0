import type { VerifyReport } from '@cleanmiss/core';
import { bytes, table } from './text.js';

/** What a verification has found, for people: what was damaged, where it was repaired from, and what is left to be said. */
export function verifyText(store: readonly string[], report: VerifyReport): string {
  const { metas, blobs, blobBytes, unknownFormats } = report;
  return table([
    store,
    ['whole', `${counted(metas, 'meta')}, ${counted(blobs, 'blob')} (${bytes(blobBytes)})`],
    ['damaged', damagedOf(report)],
    ...report.repairs
      .filter((repair) => repair.blobs > 0)
      .map((repair) => [
        'repaired',
        `${counted(repair.blobs, 'blob')} (${bytes(repair.blobBytes)}) from ${repair.source}`,
      ]),
    ['missing', missingOf(report)],
    ...(unknownFormats > 0
      ? [['unknown', `${counted(unknownFormats, 'meta')} of another version, left alone`]]
      : []),
    ...report.repairs.flatMap(({ source, failure }) =>
      failure === null ? [] : [['trouble', `${source} is out of order: ${failure}`]],
    ),
  ]);
}

function damagedOf({ corruptBlobs, corruptMetas }: VerifyReport): string {
  const parts = [
    ...(corruptBlobs > 0 ? [`${counted(corruptBlobs, 'blob')}, set aside in the store's quarantine`] : []),
    ...(corruptMetas > 0 ? [`${counted(corruptMetas, 'meta')}, removed`] : []),
  ];
  return parts.join('; ') || 'nothing';
}

function missingOf({ missingBlobs, incompleteMetas }: VerifyReport): string {
  if (incompleteMetas === 0) return 'nothing';
  const misses = incompleteMetas === 1 ? '1 meta is a miss' : `${incompleteMetas} metas are misses`;
  return `${counted(missingBlobs, 'blob')}, so that ${misses} until they are stored again`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

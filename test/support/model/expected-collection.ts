import type { Digest, Json } from '@cleanmiss/core';
import { isValue, type Aside, type Item, type KeyState } from './disk.js';
import type { Draft } from './expectation.js';
import { closureOf } from './universe.js';

/**
 * What a collection does: metas that nobody has used within `maxAgeMs` go, and blobs that none of the others names, where they
 * were not written or relied on within `graceMs`.
 */
export function collect(
  draft: Draft,
  { maxAgeMs, graceMs }: { readonly maxAgeMs: number; readonly graceMs: number },
): Json {
  const graceCutoff = draft.now - graceMs;
  const ageCutoff = draft.now - Math.max(maxAgeMs, graceMs);
  const marked = new Set<Digest>();
  const mark = ({ state }: Item<KeyState>) => {
    for (const digest of markedBy(state, draft)) marked.add(digest);
  };
  const metas = draft.keys.size;
  const putBack = settle(draft, 'key', (retired) => {
    mark(retired.item as Item<KeyState>);
    return retired.item.time >= ageCutoff;
  });
  for (const [hash, item] of draft.keys) {
    if (putBack.has(hash)) continue;
    const isOld = item.time < ageCutoff || (item.state === 'meta-corrupt' && item.time < graceCutoff);
    if (isOld) draft.keys.delete(hash);
    else mark(item);
  }
  const removedMetas = metas + putBack.size - draft.keys.size;
  const blobsPutBack = settle(
    draft,
    'blob',
    ({ name, item }) => marked.has(name as Digest) || item.time >= graceCutoff,
  );
  const blobs = draft.blobs.size - blobsPutBack.size;
  for (const [digest, { time }] of draft.blobs) {
    if (!blobsPutBack.has(digest) && !marked.has(digest) && time < graceCutoff) draft.blobs.delete(digest);
  }
  const keptBlobs = draft.blobs.size - blobsPutBack.size;
  draft.temporaries = draft.temporaries.filter((time) => time >= graceCutoff);
  return { removedMetas, removedBlobs: blobs - keptBlobs, keptBlobs };
}

/** What an earlier collection has begun with: removed, or put back where nothing newer is. Answers the latter. */
function settle(draft: Draft, of: Aside['of'], keeps: (retired: Aside) => boolean): ReadonlySet<string> {
  const putBack = new Set<string>();
  const [items, others] = [draft[of === 'key' ? 'keys' : 'blobs'], []] as [Map<string, unknown>, Aside[]];
  for (const retired of draft.retired) {
    if (retired.of !== of) others.push(retired);
    else if (keeps(retired) && !items.has(retired.name)) {
      items.set(retired.name, retired.item);
      putBack.add(retired.name);
    }
  }
  draft.retired = others;
  return putBack;
}

/** An index blob that cannot be read keeps nothing: what names it is a miss anyway. */
function markedBy(state: KeyState, { blobs, universe }: Draft): readonly Digest[] {
  if (!isValue(state)) return [];
  const isReadable = (page: Digest) => blobs.get(page)?.state === 'good';
  return closureOf(state, universe, isReadable).map(({ digest }) => digest);
}

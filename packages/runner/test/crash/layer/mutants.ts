import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Mistakes that an implementation could make, made for it by the layer: a matrix that lets one of them pass sees nothing.
 *
 * - `in place`: what is written aside is not renamed, but written over what is there.
 * - `metas first`: a meta gets its name before the blobs that it names.
 * - `record kept`: a slot that is about to be written keeps the record of what it held.
 */
export type Mutant = 'in place' | 'metas first' | 'record kept';

/** Goes on top of the layer: a kill comes between the steps of a mistake as well. */
export function patchMutant(mutant: Mutant): void {
  const { renameSync, rmSync } = fs;
  const postponed: (() => void)[] = [];
  const mistakes: Record<Mutant, Partial<typeof fs>> = {
    'in place': {
      renameSync(from, to) {
        if (!/\.tmp(?:-|$)/.test(String(from))) {
          renameSync(from, to);
          return;
        }
        fs.writeFileSync(to, fs.readFileSync(from));
        fs.unlinkSync(from);
      },
    },
    'metas first': {
      renameSync(from, to) {
        if (String(to).includes('/blobs/')) {
          postponed.push(() => renameSync(from, to));
          return;
        }
        renameSync(from, to);
        if (String(to).includes('/metas/')) for (const rename of postponed.splice(0)) rename();
      },
    },
    'record kept': {
      rmSync(path, options) {
        if (!String(path).endsWith('slot.json')) rmSync(path, options);
      },
    },
  };
  Object.assign(fs, mistakes[mutant]);
  syncBuiltinESMExports();
}

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { npmSet } from './npm-tools.js';

/** RxJS as its authors wrote it: some 230 modules of TypeScript in `src`. */
export function writeRxjs(directory: string): void {
  const isSource = (path: string) => extname(path) === '' || extname(path) === '.ts';
  cpSync(join(npmSet('rxjs'), 'rxjs', 'src'), join(directory, 'src'), { recursive: true, filter: isSource });
  // Not a module of the project: a script that is joined to it when it is packed.
  rmSync(join(directory, 'src', 'Rx.global.js'), { force: true });
}

export function writeTsconfig(directory: string, options: Readonly<Record<string, unknown>>): void {
  const compilerOptions = {
    target: 'es2020',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.asynciterable', 'scripthost'],
    types: [],
    strict: true,
    skipLibCheck: true,
    ...options,
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
}

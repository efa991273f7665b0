import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyPythonSources } from './copy-python-sources.mjs';

/**
 * Hidden, not ignored: `ignore_errors` would let newer versions skip function bodies, and up to 1.18 mypy keeps no
 * state of a module with errors, which in this package means no state of most of it.
 */
const HIDDEN_IN_MYPY = [
  [
    'abstract',
    'arg-type',
    'assignment',
    'attr-defined',
    'call-arg',
    'call-overload',
    'dict-item',
    'empty-body',
  ],
  ['exit-return', 'func-returns-value', 'has-type', 'import', 'index', 'list-item', 'misc', 'name-defined'],
  ['no-redef', 'operator', 'override', 'return', 'return-value', 'str-format', 'type-arg', 'type-var'],
  ['typeddict-item', 'union-attr', 'valid-type', 'var-annotated'],
].flat();

const SETTINGS = `[mypy]
ignore_missing_imports = True
no_site_packages = True

[mypy-mypy.*]
disable_error_code = ${HIDDEN_IN_MYPY.join(', ')}
`;

const APP = `"""Uses the package beside it, with one mistake for the checker to find."""
from mypy import api

report, errors, status = api.run(["--version"])
print(report + status)
`;

/**
 * The sources of the installed mypy and a module that uses them: real code of about 200 files that every machine with
 * mypy has.
 *
 * @param {string} project
 * @param {string} packageDirectory
 */
export function writeMypyPackage(project, packageDirectory) {
  copyPythonSources(packageDirectory, join(project, 'src', 'mypy'));
  writeFileSync(join(project, 'mypy.ini'), SETTINGS);
  writeFileSync(join(project, 'src', 'app.py'), APP);
}

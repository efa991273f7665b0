import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  check,
  coldAnswer,
  copyProject,
  count,
  findTools,
  temporaryDirectory,
  writeProject,
} from './support/index.js';

// mypy notices a change of a plugin's own file, and not of what that imports.

const plugin = `
from mypy.plugin import Plugin
from plg.helper import TYPE

class Typed(Plugin):
    def get_function_hook(self, fullname):
        if fullname.endswith(".made"):
            return lambda context: context.api.named_generic_type(TYPE, [])

def plugin(version):
    return Typed
`;
const project = {
  'mypy.ini': '[mypy]\nplugins = plg/main.py\n',
  'plg/__init__.py': '',
  'plg/main.py': plugin,
  'plg/helper.py': 'TYPE = "builtins.int"\n',
  'src/a.py': 'from typing import Any\ndef made() -> Any: ...\nx: int = made()\n',
};
const { mypy, otherMypy } = findTools();

describe('two checkouts whose plugin imports another helper', () => {
  for (const version of [otherMypy, mypy].slice(0, count({ full: 2, quick: 1 }))) {
    it(`do not believe each other’s states: mypy ${version.version}`, async (t) => {
      const directory = temporaryDirectory(t);
      const [mine, theirs, store] = ['mine', 'theirs', 'store'].map((name) => join(directory, name)) as [
        string,
        string,
        string,
      ];
      writeProject(mine, project);
      copyProject(mine, theirs);
      writeProject(theirs, { 'plg/helper.py': 'TYPE = "builtins.str"\n' });
      for (const [cwd, code] of [
        [mine, 0],
        [theirs, 1],
      ] as const) {
        const env = { PYTHONPATH: cwd };
        const expected = await coldAnswer(
          version,
          ['src'],
          cwd,
          join(directory, `cold-${String(code)}`),
          env,
        );
        assert.equal(expected.code, code, expected.stdout + expected.stderr);
        assertSameAnswer(await check([version.command, 'src'], { cwd, store, env }), expected, cwd);
      }
    });
  }
});

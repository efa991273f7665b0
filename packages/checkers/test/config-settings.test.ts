import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { iniSettings, tomlSettings, valueOf } from '../src/mypy/config-settings.js';
import { sharedSettings } from '../src/mypy/shared-settings.js';

const shared = (settings: ReturnType<typeof iniSettings>, mypy = '1.18.2') =>
  sharedSettings({ file: '/mypy.ini', settings: settings ?? [] }, { mypy, python: '3.11' });

describe('settings in an INI file', () => {
  it('are none of mypy where it has no section, or sections for modules only', () => {
    assert.equal(iniSettings('[flake8]\nstrict = True\n'), undefined);
    assert.equal(iniSettings('[mypy-foo]\nignore_errors = True\n'), undefined);
  });

  it('hold what their indented lines say', () => {
    const settings = iniSettings(
      '[mypy]\n# why\nPlugins =\n    one,\n    two\nstrict: True ; yes\n[other]\nx = 1\n',
    );
    assert.deepEqual(
      settings?.map(({ key, text }) => [key, text]),
      [
        ['plugins', 'Plugins =\none,\ntwo'],
        ['strict', 'strict: True ; yes'],
      ],
    );
    assert.equal(valueOf(settings[1]!), 'true');
  });

  it('include those of [DEFAULT] and of plugins', () => {
    const settings = iniSettings(
      '[DEFAULT]\na = 1\n[mypy]\n[mypy.plugins.django-stubs]\nb = 2\n[pydantic-mypy]\nc = 3\n',
    );
    assert.deepEqual(
      settings?.map(({ scope, key }) => [scope, key]),
      [
        ['global', 'a'],
        ['plugin', 'b'],
        ['plugin', 'c'],
      ],
    );
  });
});

describe('settings in a TOML file', () => {
  it('are none of mypy where it has no table', () => {
    assert.equal(
      tomlSettings('[tool.poetry.group.dev.dependencies]\nmypy = "^1.0"\n[project]\nname = "tool"\n'),
      undefined,
    );
  });

  it('are the whole file where mypy is named in a way that we do not take apart', () => {
    for (const text of ['tool.mypy.strict = true\n', '[tool]\nmypy = { strict = true }\n']) {
      assert.deepEqual(tomlSettings(text), [{ scope: 'global', section: '', key: '', text }]);
    }
  });

  it('go on over the brackets of a value, and end at the next table', () => {
    const text =
      '[tool.mypy]\nexclude = [\n  "a",\n]\nstrict = true\n[[tool.mypy.overrides]]\nmodule = "x"\n[tool.ruff]\ny = 1\n';
    assert.deepEqual(
      tomlSettings(text)?.map(({ scope, key }) => [scope, key]),
      [
        ['global', 'exclude'],
        ['global', 'strict'],
        ['module', 'module'],
      ],
    );
  });

  it('are found under quoted and indented headings', () => {
    assert.deepEqual(
      tomlSettings('  ["tool" . \'mypy\']\nx = 1\n')?.map(({ key }) => key),
      ['x'],
    );
  });
});

describe('settings that checks must have in common', () => {
  it('include what mypy does not compare itself', () => {
    assert.deepEqual(
      shared(iniSettings('[mypy]\nwarn_redundant_casts = True\nshow_error_context = True\n')),
      ['warn_redundant_casts = True', 'show_error_context = True'],
    );
  });

  it('leave out what it compares, and which files to check', () => {
    const text =
      '[mypy]\ndisallow_untyped_defs = True\nfiles = src\nexclude = x\n[mypy-a.*]\nignore_errors = True\n';
    assert.deepEqual(shared(iniSettings(text)), []);
  });

  it('include, before 1.20, what is ignored of a module, and of which', () => {
    const ini = iniSettings('[mypy]\n[mypy-foo.*]\nignore_missing_imports = True\n');
    assert.deepEqual(shared(ini), ['mypy-foo.*\nignore_missing_imports = True']);
    assert.deepEqual(shared(ini, 'unknown'), shared(ini));
    assert.deepEqual(shared(ini, '1.20.0'), []);
    const toml = tomlSettings(
      '[[tool.mypy.overrides]]\nmodule = ["a", "b"]\nignore_missing_imports = true\n',
    );
    assert.deepEqual(shared(toml), [
      'tool.mypy.overrides\nmodule = ["a", "b"]\nignore_missing_imports = true',
    ]);
  });

  it('include everything that a plugin may read', () => {
    assert.deepEqual(shared(tomlSettings('[tool.mypy]\n[tool.pydantic-mypy]\nexclude = 1\n')), [
      'exclude = 1',
    ]);
  });
});

import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { atHome, portable } from './portable-build-info.mjs';

/**
 * Checks the project of a tsconfig.json by TypeScript's incremental program, whose build info is in a cache and nowhere else. It emits
 * nothing: what a build info says was emitted is on the machine that did it.
 *
 * @param {string} root the folder of the tsconfig.json
 * @param {import('@cleanmiss/open-cache').Cache} cache
 * @param {import('typescript').CompilerOptions} [more]
 */
export async function check(root, cache, more = {}) {
  const parsed = parseConfig(root, more);
  // Nobody writes there: it is what paths in the build info are relative to.
  const buildInfoPath = join(root, 'cleanmiss.tsbuildinfo');
  const options = { ...parsed.options, incremental: true, noEmit: true, tsBuildInfoFile: buildInfoPath };
  const host = ts.createIncrementalCompilerHost(options);
  const where = { root, places: placesOf(root) };

  const [exact, latest] = keysOf(parsed, root);
  const found = await cache.getMany([exact, latest]);
  const hit = found.find((result) => result.hit);
  const kept = hit?.hit ? hit.blobs.get('build-info') : undefined;
  const before = kept && atHome(Buffer.from(kept).toString(), where);
  /** @type {string | undefined} */
  let after;
  const { readFile } = host;
  host.readFile = (path) => (path === buildInfoPath ? before : readFile(path));
  host.writeFile = (path, text) => {
    if (path === buildInfoPath) after = text;
  };

  const program = ts.createIncrementalProgram({
    rootNames: parsed.fileNames,
    options,
    configFileParsingDiagnostics: parsed.errors,
    host,
  });
  // One file each time that has to be checked anew.
  let checked = 0;
  while (program.getSemanticDiagnosticsOfNextAffectedFile() !== undefined) checked += 1;
  const diagnostics = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSemanticDiagnostics(),
  ];
  program.emit();

  const text = after === undefined ? undefined : portable(after, where);
  if (text !== undefined) {
    const blobs = { 'build-info': Buffer.from(text) };
    await cache.putMany([exact, latest].map((key) => ({ key, blobs })));
  }
  return {
    outcome: found[0]?.hit ? 'these sources' : hit?.hit ? 'the latest' : 'nothing',
    files: program.getSourceFiles().length,
    checked,
    lines: ts.sortAndDeduplicateDiagnostics(diagnostics).map((each) => lineOf(each, root)),
  };
}

/**
 * The build info of these very sources, else the latest of this project. Either is right, as TypeScript looks at every file itself; a
 * nearer one leaves less to do. Of another compiler, or with other options, it would be thrown away.
 *
 * @param {import('typescript').ParsedCommandLine} parsed
 * @param {string} root
 * @returns {[exact: import('@cleanmiss/open-cache').JsonObject, latest: import('@cleanmiss/open-cache').JsonObject]}
 */
function keysOf({ fileNames, options }, root) {
  const here = JSON.stringify(root).slice(1, -1);
  const project = {
    checker: 'example-incremental-program',
    version: ts.version,
    // A key is any JSON: equal ones are one key, whatever the order of their members.
    options: JSON.parse(JSON.stringify(options).replaceAll(here, '<root>')),
  };
  const sources = fileNames.map((path) => [path.slice(root.length), sha256(ts.sys.readFile(path) ?? '')]);
  return [
    { ...project, sources: sha256(JSON.stringify(sources.sort())) },
    { ...project, sources: 'latest' },
  ];
}

/**
 * @param {string} root
 * @param {import('typescript').CompilerOptions} more
 */
function parseConfig(root, more) {
  const path = join(root, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error) throw new Error(lineOf(error, root));
  return ts.parseJsonConfigFileContent(config, ts.sys, root, more, path);
}

/** @param {string} root */
function placesOf(root) {
  const modules = join(root, 'node_modules');
  return {
    typescript: dirname(ts.getDefaultLibFilePath({})),
    ...(ts.sys.directoryExists(modules) ? { modules: realpathSync(modules) } : {}),
  };
}

/**
 * @param {import('typescript').Diagnostic} diagnostic
 * @param {string} root
 */
function lineOf(diagnostic, root) {
  const host = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (/** @type {string} */ name) => name,
    getNewLine: () => '\n',
  };
  return ts.formatDiagnostic(diagnostic, host).trimEnd();
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

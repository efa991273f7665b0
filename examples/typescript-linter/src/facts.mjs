/**
 * What one module says, and nothing of any other: it depends on the module's text alone, so it can be kept by that.
 *
 * @typedef {{ name: string, at: At, deprecated?: string }} Export
 * @typedef {{ from: string, names: Record<string, string>, all: boolean, isType: boolean }} Import `names`: by their names here; `all`: a namespace
 * @typedef {{ from: string, names?: Record<string, string> }} ReExport without names: all
 * @typedef {{ rule: string, at: At }} Finding
 * @typedef {{ exports: Export[], imports: Import[], reExports: ReExport[], calls: { name: string, at: At }[], findings: Finding[] }} Facts
 *
 * @typedef {number | string} At version 1 knows the line, version 2 `line:column`: neither can read what the other has kept
 * @typedef {typeof import('typescript')} TypeScript
 * @typedef {import('typescript').Node} Node
 */

/** The versions of this linter. They are in one file so that both can run at once. */
export const linters = {
  '1.0.0': { rules: ['debugger', 'loose-equality'], knowsColumns: false },
  '2.0.0': { rules: ['debugger', 'loose-equality', 'empty-catch', 'non-null'], knowsColumns: true },
};

/**
 * @param {TypeScript} ts
 * @param {keyof typeof linters} version
 * @param {string} source
 * @returns {Facts}
 */
export function collectFacts(ts, version, source) {
  const { rules, knowsColumns } = linters[version];
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
  /** @type {Facts} */
  const facts = { exports: [], imports: [], reExports: [], calls: [], findings: [] };

  file.statements.forEach((statement) => readStatement(statement));
  visit(file);
  return facts;

  /** @param {Node} node */
  function visit(node) {
    const rule = brokenRule(ts, node);
    if (rule !== undefined && rules.includes(rule)) facts.findings.push({ rule, at: at(node) });
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression))
      facts.calls.push({ name: node.expression.text, at: at(node) });
    const asked = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (asked && node.arguments[0] && ts.isStringLiteral(node.arguments[0]))
      facts.imports.push({ from: node.arguments[0].text, names: {}, all: true, isType: true });
    ts.forEachChild(node, visit);
  }

  /** @param {import('typescript').Statement} node */
  function readStatement(node) {
    if (ts.isImportDeclaration(node)) readImport(node);
    else if (ts.isExportDeclaration(node)) readExport(node);
    else if (ts.isExportAssignment(node)) facts.exports.push({ name: 'default', at: at(node) });
    else if (isExported(node)) facts.exports.push(...namesOf(node).map((name) => exported(node, name)));
  }

  /** @param {import('typescript').ImportDeclaration} node */
  function readImport({ importClause: clause, moduleSpecifier }) {
    const bindings = clause?.namedBindings;
    const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    const names = named.map(({ name, propertyName }) => [name.text, (propertyName ?? name).text]);
    if (clause?.name) names.push([clause.name.text, 'default']);
    facts.imports.push({
      from: textOf(moduleSpecifier),
      names: Object.fromEntries(names),
      all: bindings !== undefined && ts.isNamespaceImport(bindings),
      isType: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    });
  }

  /** @param {import('typescript').ExportDeclaration} node */
  function readExport({ exportClause, moduleSpecifier }) {
    const named = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : undefined;
    const names = named?.map(({ name, propertyName }) => [name.text, (propertyName ?? name).text]);
    if (moduleSpecifier)
      facts.reExports.push({
        from: textOf(moduleSpecifier),
        ...(names && { names: Object.fromEntries(names) }),
      });
    else named?.forEach((each) => facts.exports.push({ name: each.name.text, at: at(each) }));
  }

  /**
   * @param {Node} node
   * @param {string} name
   * @returns {Export}
   */
  function exported(node, name) {
    const tag = ts.getJSDocDeprecatedTag(node);
    if (!tag) return { name, at: at(node) };
    return { name, at: at(node), deprecated: ts.getTextOfJSDocComment(tag.comment) ?? '' };
  }

  /** @param {Node} node */
  function isExported(node) {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  }

  /**
   * @param {Node} node
   * @returns {string[]}
   */
  function namesOf(node) {
    if (ts.isVariableStatement(node))
      return node.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    const { name } = /** @type {{ name?: Node }} */ (node);
    return name && ts.isIdentifier(name) ? [name.text] : [];
  }

  /** @param {Node} node */
  function at(node) {
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    return knowsColumns ? `${line + 1}:${character + 1}` : line + 1;
  }

  /** @param {Node} specifier */
  function textOf(specifier) {
    return ts.isStringLiteral(specifier) ? specifier.text : '';
  }
}

/**
 * @param {TypeScript} ts
 * @param {Node} node
 */
function brokenRule(ts, node) {
  if (ts.isDebuggerStatement(node)) return 'debugger';
  if (ts.isCatchClause(node) && node.block.getText().replace(/\s/g, '') === '{}') return 'empty-catch';
  if (ts.isNonNullExpression(node)) return 'non-null';
  if (!ts.isBinaryExpression(node)) return undefined;
  const { EqualsEqualsToken, ExclamationEqualsToken } = ts.SyntaxKind;
  const { kind } = node.operatorToken;
  return kind === EqualsEqualsToken || kind === ExclamationEqualsToken ? 'loose-equality' : undefined;
}

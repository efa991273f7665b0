/**
 * Lines up columns of text: the first to the left, the others to the right.
 *
 * @param {readonly (readonly string[])[]} rows the first one is the heading
 * @returns {string}
 */
export function formatTable(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  '),
  );
  return lines.map((line) => `  ${line.trimEnd()}\n`).join('');
}

/**
 * @param {string} cell
 * @param {number} column
 * @param {number} width
 */
function align(cell, column, width) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

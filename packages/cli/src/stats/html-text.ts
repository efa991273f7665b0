import { printable } from '../text.js';

/** Text that somebody else has written (branches, reasons, folders), as text of a page or within an attribute. */
export function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export interface HtmlTable {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of each is its name. */
  readonly rows: readonly (readonly string[])[];
}

export function htmlTable({ caption, head, rows }: HtmlTable): string {
  const heads = head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('');
  const lines = rows.map(([name, ...cells]) => {
    const rest = cells.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr><th scope="row">${escaped(name!)}</th>${rest}</tr>`;
  });
  return [
    '<div class="scroll"><table>',
    `<caption>${escaped(caption)}</caption>`,
    `<thead><tr>${heads}</tr></thead>`,
    `<tbody>${lines.join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

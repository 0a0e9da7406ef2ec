// Blocks of cells as Excel puts them on the clipboard: rows by line, cells by tab. A cell with a tab, a line break or a
// quote in it stands in quotes, and its own quotes are doubled; a cell that only begins with a quote is as it is.

const QUOTED = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/;
const BARE = /^[^\t\n]*/;

// One line: a break inside a cell is no end of a mark, and must not vanish in it either.
const tidy = (cell) => cell.replace(/\s+/g, " ").trim();

function split(text, withQuotes) {
  const rows = [[]];
  let rest = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (;;) {
    const quoted = withQuotes && rest.match(QUOTED);
    const taken = quoted ? quoted[0] : rest.match(BARE)[0];
    rows[rows.length - 1].push(tidy(quoted ? quoted[1].replace(/""/g, '"') : taken));
    rest = rest.slice(taken.length);
    if (!rest) return rows;
    if (rest[0] === "\n") rows.push([]);
    rest = rest.slice(1);
  }
}

// How many rows the table on the clipboard has; 0 where there is none, or where it is none of a sheet.
function height(html) {
  const tables = new DOMParser().parseFromString(html || "", "text/html").querySelectorAll("table");
  return tables.length === 1 && !tables[0].querySelector("[rowspan]") ? tables[0].rows.length : 0;
}

// The block as rows of equally many cells; null where the clipboard is no such block, so that nothing is guessed.
export function toRows(text, html) {
  const told = height(html);
  const fits = (rows) => rows.every((row) => row.length === rows[0].length) && (!told || rows.length === told);
  return [split(text, true), split(text, false)].find(fits) || null;
}

export function toText(rows) {
  return rows.map((row) => row.join("\t")).join("\n");
}

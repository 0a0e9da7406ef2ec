// Blocks of cells as Excel puts them on the clipboard: rows by line, cells by tab.

export function toRows(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"(.*)"$/, "$1").trim()));
}

export function toText(rows) {
  return rows.map((row) => row.join("\t")).join("\n");
}

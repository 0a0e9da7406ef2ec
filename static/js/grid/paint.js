// Draws what the model knows into the table that the server has drawn before, and how many sheets wait to be confirmed.

import { parts } from "./model.js";

const STATES = ["cell-empty", "cell-saving", "cell-saved", "cell-refused", "cell-conflict", "cell-confirmed", "cell-locked"];
const TOTALS = ["total-open", "total-returned", "total-confirmed"];
const OF_DRAFT = { waiting: "cell-saving", sending: "cell-saving", refused: "cell-refused", conflict: "cell-conflict" };

export function makePaint({ table, waiting, next, model, criteria, judges }) {
  const tds = new Map(Array.from(table.querySelectorAll("td[data-at]"), (td) => [td.dataset.at, td]));
  const stale = new Set();
  let frame = 0;

  function cellState(cell) {
    const draft = model.draft(cell);
    if (draft) return OF_DRAFT[draft.state];
    const obstacle = model.obstacle(cell);
    if (obstacle === "confirmed" || obstacle === "locked") return `cell-${obstacle}`;
    if (model.shown(cell) === "") return "cell-empty";
    return model.isSaved(cell) ? "cell-saved" : "";
  }

  function paintCell(cell) {
    const td = tds.get(cell);
    if (!td) return;
    const state = cellState(cell);
    td.querySelector(".mark-text").textContent = model.shown(cell);
    td.classList.remove(...STATES);
    if (state) td.classList.add(state);
    // A sheet that somebody confirmed meanwhile shows what it has, and what this page typed beside it.
    if (model.draft(cell) && model.obstacle(cell) === "confirmed") td.classList.add("cell-confirmed");
  }

  function totalState(sheet) {
    if (sheet.state === "confirmed") return [sheet.total, "total-confirmed"];
    if (sheet.total) return [sheet.total, sheet.state === "open" ? "total-returned" : ""];
    return [sheet.filled ? `${sheet.filled}/${criteria}` : "—", "total-open"];
  }

  function paintTotal(key) {
    const td = tds.get(key);
    const sheet = model.sheet(key);
    const link = td && td.querySelector("a");
    if (!link || !sheet) return;
    const [text, state] = totalState(sheet);
    link.textContent = text;
    link.href = link.href.replace(/\d+\/$/, `${sheet.id}/`);
    td.classList.remove(...TOTALS);
    if (state) td.classList.add(state);
    td.classList.toggle("total-far", model.isFar(key));
    paintRow(td.parentElement);
  }

  function paintRow(row) {
    if (row.classList.contains("row-absent")) return;
    const [entry] = row.querySelector("td[data-at]").dataset.at.split(":");
    const done = judges.every(([pk]) => (model.sheet(`${entry}:${pk}`) || {}).state === "confirmed");
    row.classList.toggle("row-done", done);
  }

  function paintTime(entry) {
    const td = tds.get(`${entry}::`);
    const link = td && td.querySelector("a");
    const time = model.time(entry);
    if (link && time) link.textContent = time.deduction || "—";
  }

  function paintCounts() {
    const done = new Map();
    const dealt = new Map();
    const found = { open: 0, typed: 0, confirmed: 0 };
    model.sheets().forEach(([key, sheet]) => {
      const [entry, seat] = key.split(":");
      if (!model.person(entry) || !model.person(entry).competing) return;
      dealt.set(seat, (dealt.get(seat) || 0) + 1);
      if (sheet.state !== "open") done.set(seat, (done.get(seat) || 0) + 1);
      found[sheet.state] += 1;
    });
    table.querySelectorAll("[data-count]").forEach((small) => {
      small.textContent = `${done.get(small.dataset.count) || 0}/${dealt.get(small.dataset.count) || 0}`;
    });
    waiting.textContent = String(found.typed);
    waiting.hidden = !found.typed;
    if (next) next.hidden = found.open > 0 || !found.typed;
  }

  function paint() {
    frame = 0;
    const totals = new Set();
    stale.forEach((cell) => {
      const { entry, sheet, isTime } = parts(cell);
      paintCell(cell);
      if (isTime) paintTime(entry);
      else totals.add(sheet);
    });
    stale.clear();
    totals.forEach(paintTotal);
    if (totals.size) paintCounts();
  }

  return {
    td: (cell) => tds.get(cell),
    // Once before the next frame, however much has changed.
    later: (cell) => {
      stale.add(cell);
      frame = frame || requestAnimationFrame(paint);
    },
    far: () => model.far().forEach(([key]) => paintTotal(key)),
    all: () => {
      tds.forEach((td, cell) => {
        if (td.classList.contains("cell")) stale.add(cell);
      });
      paint();
    },
  };
}

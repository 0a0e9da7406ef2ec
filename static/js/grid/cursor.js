// Where the typing goes: one input that travels from cell to cell, keys, selection, clipboard, undo.
//
// A cell is entered "fresh": its text is selected, a key replaces it and an arrow leaves. While "typing", arrows still
// leave; after F2 or a double click ("editing") they move within the text, as in Excel.

import { toRows, toText } from "./block.js";

const PAGE = 10;
const DEEPEST_UNDO = 100;

export function makeCursor({ table, foot, model, describe, reasonId, moved, pasted }) {
  const rows = Array.from(table.tBodies[0].rows, (row) => Array.from(row.querySelectorAll("td[data-at]")));
  const wrap = table.parentElement;
  const input = document.createElement("input");
  const undone = [];
  let place = [0, 0];
  let anchor = null;
  let mode = "fresh";
  let base = "";
  let runFrom = null;
  let leaving = false;
  let dragging = false;

  Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", maxLength: 24 });
  input.setAttribute("enterkeyhint", "next");
  input.setAttribute("aria-describedby", reasonId);

  const tdAt = ([r, c]) => rows[r][c];
  const linkIn = (td) => td.querySelector("a");
  const isMark = (td) => !linkIn(td) && td.classList.contains("cell");
  const canType = (td) => isMark(td) && !model.obstacle(td.dataset.at);
  const here = () => tdAt(place);
  const at = () => here().dataset.at;

  function placeOf(td) {
    const r = rows.findIndex((row) => row.includes(td));
    return [r, rows[r].indexOf(td)];
  }

  function remember(changes) {
    undone.push(changes);
    if (undone.length > DEEPEST_UNDO) undone.shift();
  }

  function put(cells) {
    const before = cells.map(([cell]) => [cell, model.shown(cell)]);
    const written = cells.filter(([cell, text]) => model.write(cell, text, model.server(cell)));
    if (written.length) remember(before);
    return written.length;
  }

  function commit() {
    if (mode === "fresh") return;
    mode = "fresh";
    const before = model.shown(at());
    if (input.value.trim() === before) return;
    if (model.write(at(), input.value, base)) remember([[at(), before]]);
  }

  function fill() {
    const td = here();
    mode = "fresh";
    base = model.server(at());
    input.value = model.shown(at());
    input.readOnly = !canType(td);
    input.setAttribute("aria-label", describe(at()));
    mark();
    moved(at());
  }

  // The state of the active cell, for those who do not see it.
  function mark() {
    const draft = isMark(here()) && model.draft(at());
    if (draft && (draft.state === "refused" || draft.state === "conflict")) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  function corners() {
    const [[r, c], [s, d]] = [place, anchor || place];
    return [Math.min(r, s), Math.min(c, d), Math.max(r, s), Math.max(c, d)];
  }

  function selected() {
    const [top, left, bottom, right] = corners();
    return rows.slice(top, bottom + 1).map((row) => row.slice(left, right + 1));
  }

  function showSelection() {
    table.querySelectorAll(".cell-selected").forEach((td) => {
      td.classList.remove("cell-selected");
      td.removeAttribute("aria-selected");
    });
    if (!anchor) return;
    selected().forEach((row) => row.forEach((td) => {
      td.classList.add("cell-selected");
      td.setAttribute("aria-selected", "true");
    }));
  }

  // Sticky head, names and strip lie over the cells: the cell must come out from under them.
  function reveal(td) {
    const [box, frame] = [td.getBoundingClientRect(), wrap.getBoundingClientRect()];
    const head = table.tHead.getBoundingClientRect().height;
    const names = td.parentElement.querySelector(".name").getBoundingClientRect().right - frame.left;
    if (box.top < frame.top + head) wrap.scrollTop -= frame.top + head - box.top;
    else if (box.bottom > frame.top + wrap.clientHeight) wrap.scrollTop += box.bottom - frame.top - wrap.clientHeight;
    if (box.left < frame.left + names) wrap.scrollLeft -= frame.left + names - box.left;
    else if (box.right > frame.left + wrap.clientWidth) wrap.scrollLeft += box.right - frame.left - wrap.clientWidth;
    const now = td.getBoundingClientRect();
    const floor = foot.getBoundingClientRect().top;
    if (now.top < head) window.scrollBy(0, now.top - head);
    else if (now.bottom > floor) window.scrollBy(0, now.bottom - floor);
  }

  function go(to, { focus = true, extend = false } = {}) {
    commit();
    leaving = false;
    const old = here();
    old.classList.remove("cell-active");
    if (linkIn(old)) linkIn(old).tabIndex = -1;
    if (extend) anchor = anchor || place;
    else anchor = null;
    place = to;
    const td = here();
    td.classList.add("cell-active");
    if (isMark(td)) {
      td.appendChild(input);
      fill();
      if (focus) input.focus({ preventScroll: true });
      if (focus) input.select();
    } else {
      input.remove();
      const link = linkIn(td);
      if (link) {
        link.tabIndex = 0;
        if (focus) link.focus({ preventScroll: true });
      }
      moved("");
    }
    showSelection();
    if (focus) reveal(td);
  }

  function by(dr, dc) {
    const [r, c] = place;
    const last = rows.length - 1;
    return [Math.min(last, Math.max(0, r + dr)), Math.min(rows[0].length - 1, Math.max(0, c + dc))];
  }

  // The next cell in reading order that can be typed in.
  function next(step) {
    let [r, c] = place;
    for (;;) {
      c += step;
      if (c < 0 || c >= rows[0].length) {
        r += step;
        c = step > 0 ? 0 : rows[0].length - 1;
      }
      if (r < 0 || r >= rows.length) return null;
      if (canType(rows[r][c])) return [r, c];
    }
  }

  function edge(row, last) {
    const places = row.map((td, c) => (canType(td) ? c : -1)).filter((c) => c >= 0);
    if (!places.length) return last ? row.length - 1 : 0;
    return last ? places[places.length - 1] : places[0];
  }

  function restore() {
    if (mode !== "fresh") {
      fill();
      input.select();
      return;
    }
    const before = model.shown(at());
    if (isMark(here()) && model.draft(at()) && model.forget(at())) {
      remember([[at(), before]]);
      fill();
      input.select();
    } else {
      leaving = true;
    }
  }

  function clear() {
    const cells = selected().flatMap((row) => row.filter(canType).map((td) => [td.dataset.at, ""]));
    put(cells);
    if (isMark(here())) fill();
  }

  function undo() {
    const changes = undone.pop();
    if (!changes) return;
    changes.forEach(([cell, text]) => model.write(cell, text, model.server(cell)));
    if (isMark(here())) fill();
    input.select();
  }

  function edit() {
    if (!canType(here())) return;
    mode = "editing";
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  function onTab(event) {
    const to = leaving ? null : next(event.shiftKey ? -1 : 1);
    if (!to) {
      commit();
      return;
    }
    event.preventDefault();
    const from = runFrom === null ? place[1] : runFrom;
    go(to);
    runFrom = from;
  }

  function onEnter(event) {
    if (linkIn(here()) && !event.shiftKey) return;
    event.preventDefault();
    const [r] = by(event.shiftKey ? -1 : 1, 0);
    go([r, runFrom === null ? place[1] : runFrom]);
    runFrom = null;
  }

  function onArrow(event, dr, dc) {
    if (mode === "editing" && dc) return;
    event.preventDefault();
    runFrom = null;
    go(by(dr, dc), { extend: event.shiftKey });
  }

  function onHomeEnd(event, last) {
    if (mode === "editing") return;
    event.preventDefault();
    runFrom = null;
    const r = event.ctrlKey ? (last ? rows.length - 1 : 0) : place[0];
    go([r, edge(rows[r], last)], { extend: event.shiftKey });
  }

  const KEYS = {
    Tab: onTab,
    Enter: onEnter,
    ArrowUp: (event) => onArrow(event, -1, 0),
    ArrowDown: (event) => onArrow(event, 1, 0),
    ArrowLeft: (event) => onArrow(event, 0, -1),
    ArrowRight: (event) => onArrow(event, 0, 1),
    PageUp: (event) => onArrow(event, -PAGE, 0),
    PageDown: (event) => onArrow(event, PAGE, 0),
    Home: (event) => onHomeEnd(event, false),
    End: (event) => onHomeEnd(event, true),
    Escape: (event) => {
      event.preventDefault();
      restore();
    },
    F2: (event) => {
      event.preventDefault();
      edit();
    },
    Delete: (event) => {
      if (mode !== "fresh") return;
      event.preventDefault();
      clear();
    },
    z: (event) => {
      if (!(event.ctrlKey || event.metaKey) || mode !== "fresh") return;
      event.preventDefault();
      undo();
    },
  };

  table.addEventListener("keydown", (event) => {
    // An input method is still composing; its Enter and arrows are its own.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.altKey || !rows.some((row) => row.includes(event.target.closest("td")))) return;
    if (KEYS[event.key]) KEYS[event.key](event);
  });

  input.addEventListener("input", () => {
    if (mode === "fresh") mode = "typing";
  });

  table.addEventListener("mousedown", (event) => {
    const td = event.target.closest("td[data-at]");
    if (!td || event.button !== 0 || (event.target.closest("a") && !event.shiftKey)) return;
    runFrom = null;
    if (event.target === input && !event.shiftKey) {
      dragging = mode === "fresh";
      return;
    }
    event.preventDefault();
    go(placeOf(td), { extend: event.shiftKey });
    dragging = true;
  });

  table.addEventListener("mouseover", (event) => {
    const td = event.target.closest("td[data-at]");
    if (!dragging || !td || !(event.buttons & 1) || td === here()) return;
    go(placeOf(td), { extend: true });
  });

  document.addEventListener("mouseup", () => { dragging = false; });

  table.addEventListener("dblclick", (event) => {
    if (event.target.closest("td") === here()) edit();
  });

  table.addEventListener("focusout", (event) => {
    if (!table.contains(event.relatedTarget)) commit();
  });

  function copy(event) {
    if (mode !== "fresh") return false;
    const text = (td) => (isMark(td) ? model.shown(td.dataset.at) : td.textContent.trim().replace(/^—$/, ""));
    event.clipboardData.setData("text/plain", toText(selected().map((row) => row.map(text))));
    event.preventDefault();
    return true;
  }

  function target(block) {
    const [top, left, bottom, right] = corners();
    const single = block.length === 1 && block[0].length === 1;
    // One value pasted over a selection fills it, as in Excel.
    if (single && anchor) return rows.slice(top, bottom + 1).flatMap((row) => row.slice(left, right + 1).map((td) => [td, block[0][0]]));
    return block.flatMap((row, r) => row.map((text, c) => [(rows[top + r] || [])[left + c], text]));
  }

  function paste(event) {
    const block = toRows(event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html"));
    if (mode !== "fresh" && block && block.length === 1 && block[0].length === 1) return;
    event.preventDefault();
    commit();
    const wanted = block ? target(block).filter(([, text]) => text !== "") : [];
    const outside = wanted.filter(([td]) => !td).length;
    // All of a block or nothing: half of one would stand beside the wrong people.
    if (!block || outside) {
      pasted({ count: 0, outside, shapeless: !block });
      return;
    }
    const open = wanted.filter(([td]) => canType(td));
    put(open.map(([td, text]) => [td.dataset.at, text]));
    if (isMark(here())) fill();
    input.select();
    if (block.length > 1 || block[0].length > 1) {
      const [top, left] = corners();
      anchor = [Math.min(rows.length - 1, top + block.length - 1), Math.min(rows[0].length - 1, left + block[0].length - 1)];
      place = [top, left];
      showSelection();
    }
    pasted({ count: open.length, skipped: wanted.length - open.length });
  }

  table.addEventListener("copy", copy);
  table.addEventListener("cut", (event) => {
    if (copy(event)) clear();
  });
  table.addEventListener("paste", paste);

  table.querySelectorAll("td a").forEach((link) => { link.tabIndex = -1; });

  return {
    go: (td) => go(placeOf(td)),
    // The first cell that waits for a mark, without taking the focus from wherever it is. A phone leaves columns out.
    start: () => {
      const seen = rows.flat().filter((td) => td.offsetParent);
      const empty = seen.find((td) => canType(td) && model.shown(td.dataset.at) === "");
      go(placeOf(empty || seen.find(canType) || seen[0]), { focus: false });
    },
    commit,
    // The active cell has changed under the cursor.
    refresh: (cell) => {
      if (!isMark(here()) || cell !== at()) return;
      if (mode === "fresh" && input.value !== model.shown(cell)) {
        base = model.server(cell);
        input.value = model.shown(cell);
        if (document.activeElement === input) input.select();
      }
      if (mode === "fresh") base = model.server(cell);
      input.readOnly = !canType(here());
      mark();
    },
    at: () => (isMark(here()) ? at() : ""),
  };
}

// What the server has said, what has been typed since, and how the two meet. Nothing here touches the page.
//
// A cell is named "entry:seat:criterion" or "entry::time"; a sheet "entry:seat". What was typed and is not saved yet is
// a draft: { text, base, state, … } where base is what the server had when the typing began. A draft is "waiting",
// "sending", "refused" (with its reason) or in "conflict" (with theirs and who). A sheet is sent with its newest edit
// number only while every draft on it still has the base it began with: so nothing of anybody else's is overwritten.

const MOST_SHEETS = 500;
const TIME = "time";

export function parts(cell) {
  const [entry, seat, code] = cell.split(":");
  return { entry, seat, code, isTime: code === TIME, sheet: `${entry}:${seat}` };
}

// As registry/numerals.py: what only looks like a digit, as in 3¹, is no part of a number.
function plain(sign) {
  const normal = sign.normalize("NFKC");
  return /[0-9]/.test(normal) && !/[0-9０-９]/.test(sign) ? sign : normal;
}

function tidy(text) {
  return Array.from(text, plain).join("").trim().replace(/。/g, ".").replace(/\s*分$/, "");
}

// Whether two texts mean the same mark: "38.50" is "38.5". What is no number is compared as it is.
export function same(one, other) {
  const [a, b] = [tidy(one), tidy(other)];
  const number = /^(\d+\.?\d*|\.\d+)$/;
  return a === b || (number.test(a) && number.test(b) && Number(a) === Number(b));
}

export function makeModel(data, changed) {
  const codes = data.lines.map((line) => line[0]);
  const people = new Map(data.people.map(([pk, order, name, competing]) => [String(pk), { order, name, competing }]));
  const sheets = new Map();
  const sheetOf = new Map();
  const times = new Map();
  const drafts = new Map();
  const saved = new Set();
  // Sheets whose totals are far from their panel's: the panel's median, by sheet. Only who types is told.
  const far = new Map();
  let editable = data.editable;

  // Both return the cells they have touched.
  function putSheet(key, id, edit, state, total, filled, marks, who) {
    const before = sheets.get(key);
    const known = before && before.marks;
    const shown = marks ? Object.fromEntries(codes.map((code, place) => [code, marks[place]])) : known;
    sheets.set(key, { id, edit, state, total, filled, marks: shown, who });
    sheetOf.set(id, key);
    codes.forEach((code) => {
      if (known && known[code] !== shown[code]) saved.delete(`${key}:${code}`);
    });
    return codes.map((code) => `${key}:${code}`);
  }

  function putTime(entry, edit, text, deduction, who) {
    const cell = `${entry}::${TIME}`;
    if (times.has(String(entry)) && times.get(String(entry)).text !== text) saved.delete(cell);
    times.set(String(entry), { edit, text, deduction, who });
    return [cell];
  }

  // What the server says is far off, of these people or of all. Returns a cell of every sheet for which that changes.
  function putFar(found, people) {
    if (!found) return [];
    const about = (key) => !people || people.has(key.split(":")[0]);
    const touched = [...far.keys()].filter(about);
    touched.forEach((key) => far.delete(key));
    found.forEach(([entry, seat, middle]) => far.set(`${entry}:${seat}`, middle));
    return [...new Set([...touched, ...far.keys()])].filter(about).map((key) => `${key}:${codes[0]}`);
  }

  putFar(data.far);
  data.sheets.forEach(([entry, seat, ...row]) => putSheet(`${entry}:${seat}`, ...row));
  data.times.forEach((row) => putTime(...row));

  function server(cell) {
    const { entry, sheet, code, isTime } = parts(cell);
    if (isTime) return times.has(entry) ? times.get(entry).text : "";
    const here = sheets.get(sheet);
    return (here && here.marks && here.marks[code]) || "";
  }

  // Why nothing can be typed here: the name of the sentence that says so, or "".
  function obstacle(cell) {
    const { entry, sheet, isTime } = parts(cell);
    const person = people.get(entry);
    if (!editable) return "closed";
    if (!person || !person.competing) return "locked";
    if (isTime) return "";
    const here = sheets.get(sheet);
    if (!here || !here.marks) return "locked";
    return here.state === "confirmed" ? "confirmed" : "";
  }

  function drop(cell) {
    drafts.delete(cell);
    changed(cell);
  }

  // What becomes of a draft now that the server says something, perhaps something new.
  function judge(cell) {
    const draft = drafts.get(cell);
    const now = server(cell);
    if (same(draft.text, now)) {
      saved.add(cell);
      drop(cell);
      return;
    }
    const { entry, sheet, isTime } = parts(cell);
    if (same(now, draft.base)) {
      draft.state = "waiting";
    } else {
      draft.state = "conflict";
      draft.theirs = now;
      draft.who = ((isTime ? times.get(entry) : sheets.get(sheet)) || {}).who;
    }
    changed(cell);
  }

  // Put down what was typed; `base` is what stood there when the typing began.
  function write(cell, typed, base) {
    if (obstacle(cell)) return false;
    const text = typed.trim();
    const draft = drafts.get(cell);
    // What this page has put there itself meanwhile is no news to whoever types on.
    const since = draft ? draft.base : saved.has(cell) ? server(cell) : base;
    if (!draft && same(text, since) && same(text, server(cell))) return false;
    drafts.set(cell, { text, base: since, state: "waiting", sent: draft && draft.sent });
    saved.delete(cell);
    // While an older text is on its way, the answer to that decides first.
    if (draft && draft.sent !== undefined) changed(cell);
    else judge(cell);
    return true;
  }

  function forget(cell) {
    const draft = drafts.get(cell);
    if (!draft) return false;
    if (draft.sent !== undefined) return write(cell, draft.base);
    drop(cell);
    return true;
  }

  function keepTheirs(cell) {
    drop(cell);
  }

  function useMine(cell) {
    const draft = drafts.get(cell);
    draft.base = draft.theirs;
    judge(cell);
  }

  function send(cells) {
    cells.forEach(([cell]) => {
      const draft = drafts.get(cell);
      draft.sent = draft.text;
      draft.state = "sending";
      changed(cell);
    });
    return cells;
  }

  // Everything that waits, as one request: marks first, then times. Nothing when nothing waits.
  function batch() {
    const waiting = Array.from(drafts).filter(([, draft]) => draft.state === "waiting");
    const rows = new Map();
    const cells = [];
    waiting.filter(([cell]) => !parts(cell).isTime).forEach(([cell, draft]) => {
      const { sheet, code } = parts(cell);
      const here = sheets.get(sheet);
      if (!rows.has(sheet) && rows.size === MOST_SHEETS) return;
      if (!rows.has(sheet)) rows.set(sheet, { id: here.id, edit: here.edit, marks: {} });
      rows.get(sheet).marks[code] = draft.text;
      cells.push([cell, draft.text, here.id]);
    });
    if (cells.length) {
      return { url: data.urls.save, body: { user: data.user, sheets: Array.from(rows.values()) }, cells: send(cells) };
    }
    const timed = waiting.slice(0, MOST_SHEETS).map(([cell, draft]) => [cell, draft.text, Number(parts(cell).entry)]);
    if (!timed.length) return null;
    const rest = timed.map(([, text, entry]) => {
      const now = times.get(String(entry));
      return { entry, edit: now ? now.edit : 0, time: text };
    });
    return { url: data.urls.times, body: { user: data.user, times: rest }, cells: send(timed), isTimes: true };
  }

  // Drafts on these cells may now stand on something else; those on their way are judged by their answer.
  function rejudge(cells) {
    cells.forEach((cell) => {
      const draft = drafts.get(cell);
      if (draft && draft.sent === undefined && draft.state !== "refused") judge(cell);
      else changed(cell);
    });
  }

  function adopt(isTimes, [id, edit, ...row], who) {
    const key = sheetOf.get(id);
    const now = isTimes ? times.get(String(id)) : sheets.get(key);
    // A look may have brought something newer while the answer was on its way.
    if (now && edit < now.edit) return [];
    if (isTimes) return putTime(id, edit, ...row);
    return now && now.id === id ? putSheet(key, id, edit, ...row, who) : [];
  }

  // The server's answer to a batch.
  function settle(sent, answer) {
    const done = new Set(answer.saved.map((row) => row[0]));
    const refused = new Map(answer.refused.map((row) => [row.slice(0, -1).join(":"), row[row.length - 1]]));
    const touched = answer.saved.flatMap((row) => adopt(sent.isTimes, row, ""))
      .concat(answer.stale.flatMap((row) => adopt(sent.isTimes, sent.isTimes ? row : row.slice(0, -1), row[row.length - 1])));
    if (!sent.isTimes) touched.push(...putFar(answer.far, new Set([...done].map((id) => sheetOf.get(id).split(":")[0]))));
    sent.cells.forEach(([cell, text, id]) => {
      const draft = drafts.get(cell);
      const reason = refused.get(sent.isTimes ? String(id) : `${id}:${parts(cell).code}`) || refused.get(`${id}:`);
      delete draft.sent;
      if (draft.text !== text) {
        if (done.has(id) && !reason) draft.base = server(cell);
        judge(cell);
      } else if (reason) {
        draft.state = "refused";
        draft.reason = reason;
        changed(cell);
      } else if (done.has(id)) {
        saved.add(cell);
        drop(cell);
      } else {
        judge(cell);
      }
    });
    rejudge(touched);
  }

  // A batch that the server will not have at all, and why.
  function refuse(sent, reason) {
    sent.cells.forEach(([cell]) => {
      const draft = drafts.get(cell);
      delete draft.sent;
      draft.state = "refused";
      draft.reason = reason;
      changed(cell);
    });
  }

  // A batch of which nobody knows any more how it was answered: each draft stands beside what the server says now.
  function release(sent) {
    sent.cells.forEach(([cell]) => {
      const draft = drafts.get(cell);
      delete draft.sent;
      judge(cell);
    });
  }

  // What a look at the server has brought; only what is newer than what is known.
  function take(state) {
    editable = editable && state.editable;
    const touched = [];
    state.sheets.forEach(([entry, seat, ...row]) => {
      const now = sheets.get(`${entry}:${seat}`);
      const [id, edit] = row;
      if (now && (id < now.id || (id === now.id && edit <= now.edit))) return;
      touched.push(...putSheet(`${entry}:${seat}`, ...row));
    });
    state.times.forEach(([entry, edit, ...row]) => {
      const now = times.get(String(entry));
      if (!now || edit > now.edit) touched.push(...putTime(entry, edit, ...row));
    });
    rejudge(touched.concat(putFar(state.far)));
  }

  // What was typed in an earlier visit and never saved.
  function restore(cell, { text, base }) {
    drafts.set(cell, { text, base, state: "waiting" });
    if (obstacle(cell)) {
      Object.assign(drafts.get(cell), { state: "refused", reason: null });
      changed(cell);
    } else {
      judge(cell);
    }
  }

  return {
    server,
    obstacle,
    write,
    forget,
    keepTheirs,
    useMine,
    batch,
    settle,
    refuse,
    release,
    take,
    restore,
    close: () => { editable = false; },
    knows: (cell) => parts(cell).isTime || Boolean((sheets.get(parts(cell).sheet) || {}).marks),
    draft: (cell) => drafts.get(cell),
    drafts: () => Array.from(drafts),
    shown: (cell) => (drafts.has(cell) ? drafts.get(cell).text : server(cell)),
    isSaved: (cell) => saved.has(cell),
    sheet: (key) => sheets.get(key),
    sheets: () => Array.from(sheets),
    far: () => Array.from(far),
    isFar: (key) => far.has(key),
    time: (entry) => times.get(entry),
    person: (entry) => people.get(entry),
    unsaved: () => drafts.size,
    // How many cells are still on their way to the server.
    onTheWay: () => [...drafts.values()].filter(({ state }) => state === "waiting" || state === "sending").length,
    isEditable: () => editable,
  };
}

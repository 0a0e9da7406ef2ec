// The score grid works like a spreadsheet: each cell is saved by itself, at once, and says how it stands.

import { makeCursor } from "./grid/cursor.js";
import { makeKeep } from "./grid/keep.js";
import { makeLook } from "./grid/look.js";
import { makeModel, parts } from "./grid/model.js";
import { makePaint } from "./grid/paint.js";
import { makePost } from "./grid/post.js";
import { makeStrip } from "./grid/strip.js";
import { offer } from "./unsent/offer.js";

const FLUSH_MS = 3000;

const data = JSON.parse(document.getElementById("grid-data").textContent);
const table = document.getElementById("grid");
const foot = document.getElementById("grid-foot");
const words = { ...foot.dataset };
const lines = new Map(data.lines.map(([code, name, most, step]) => [code, { name, most, step }]));
const judges = new Map(data.judges.map(([pk, number, name]) => [String(pk), { number, name }]));

function fillIn(text, facts) {
  return text.replace(/\{(\w+)\}/g, (all, name) => facts[name]);
}

// A cell in words, with what may be typed there unless `short`.
function describe(cell, short = false) {
  const { entry, seat, code, isTime } = parts(cell);
  const person = model.person(entry);
  if (isTime) return fillIn(words.timePlace, person) + (short ? "" : `，${words.timeRange}`);
  const line = lines.get(code);
  const place = fillIn(words.place, { ...person, judge: judges.get(seat).number, line: line.name });
  return short ? place : `${place}，${fillIn(words.range, line)}`;
}

const keep = makeKeep({
  stage: data.stage,
  user: data.user,
  facts: (cell) => {
    const { number } = judges.get(parts(cell).seat) || {};
    return { who: data.who, title: data.title, place: describe(cell, true), judge: number || "" };
  },
  told: () => {
    foot.dataset.keep = keep.state();
    strip.later();
  },
});

const model = makeModel(data, (cell) => {
  const draft = model.draft(cell);
  if (draft) {
    keep.put(cell, draft);
    if (draft.state === "waiting") post.soon();
  } else {
    keep.drop(cell);
  }
  foot.dataset.keep = keep.state();
  foot.dataset.onTheWay = model.onTheWay();
  paint.later(cell);
  cursor.refresh(cell);
  strip.later();
});

const paint = makePaint({
  table,
  waiting: document.querySelector("[data-waiting]"),
  next: foot.querySelector("[data-show=next]"),
  model,
  criteria: lines.size,
  judges: data.judges,
});

const strip = makeStrip({
  foot,
  model,
  keep,
  describe,
  // Whose sheet, in words.
  placeOf: (key) => {
    const [entry, seat] = key.split(":");
    return fillIn(words.sheetPlace, { ...model.person(entry), judge: judges.get(seat).number });
  },
  words,
  signInUrl: data.urls.signIn,
  unsentUrl: data.urls.unsent,
  jump: (cell) => cursor.go(paint.td(cell)),
  resolve: (cell, mine) => {
    if (mine) model.useMine(cell);
    else model.keepTheirs(cell);
    cursor.go(paint.td(cell));
  },
});

const cursor = makeCursor({
  table,
  foot,
  model,
  describe,
  reasonId: "grid-reason",
  moved: strip.active,
  pasted: ({ count, outside, skipped, shapeless }) => {
    const notes = [[words.pasted, count], [words.outside, outside], [words.skipped, skipped], [words.shapeless, shapeless]];
    strip.note(notes.filter(([, n]) => n).map(([text, n]) => fillIn(text, { count: n })).join(" "));
  },
});

const look = makeLook({
  url: data.urls.state,
  judge: data.judge,
  take: (state) => {
    if (state.user !== data.user) return;
    if (state.shape !== data.shape) strip.note(words.moved);
    if (model.isEditable() && !state.editable) strip.stop(words.closed);
    model.take(state);
    strip.later();
  },
});

const post = makePost({
  token: data.token,
  next: () => (model.isEditable() ? model.batch() : null),
  answered: (sent, answer) => {
    model.settle(sent, answer);
    if (answer.saved.length) strip.way("saved", answer.at);
    else strip.way("idle");
    // Somebody else is at work here: see what else they have changed.
    if (answer.stale.length) look.now();
  },
  refused: (sent, reason, forGood) => {
    model.refuse(sent, reason || words.locked);
    strip.way("idle");
    if (!forGood) return;
    model.close();
    strip.stop(reason || words.closed);
    paint.all();
  },
  asked: look.afresh,
  lost: (sent) => {
    model.release(sent);
    strip.way("idle");
  },
  tell: strip.way,
  renew: look.token,
});

async function findKept() {
  // What was typed while this was read is newer.
  const found = (await keep.all()).filter(([cell]) => !model.draft(cell));
  found.filter(([cell]) => model.knows(cell)).forEach(([cell, draft]) => model.restore(cell, draft));
  if (found.length) strip.note(fillIn(words.restored, { count: found.length }));
  // How many drafts of earlier visits were found.
  foot.dataset.read = found.length;
}

window.addEventListener("beforeunload", (event) => {
  cursor.commit();
  if (!model.unsaved()) return;
  event.preventDefault();
  event.returnValue = words.leave;
});

// A link leaves the page once what was typed is saved; if it cannot be, the browser asks first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  cursor.commit();
  if (!model.unsaved()) return;
  event.preventDefault();
  post.flushed(FLUSH_MS).then(() => window.location.assign(link.href));
});

foot.dataset.onTheWay = model.onTheWay();
if (model.isEditable()) findKept();
cursor.start();
if (data.editable) paint.far();
strip.later();
// For when there is no server: whether the page 未送出 then comes in this one's place.
if (data.editable) {
  offer({ page: data.urls.unsent, worker: data.urls.worker, stages: data.urls.stages }).then((comes) => {
    foot.dataset.offered = comes;
  });
}

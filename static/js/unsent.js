// What was typed on this computer and no server has yet: listed without a server, sent when there is one again.
//
// The page comes without data. Drafts are shown to the person who typed them: to whoever has signed in, or, while no
// server says who that is, to whoever typed last and has not signed out.

import { openDrafts } from "./grid/drafts.js";
import { lookAt, makeSender } from "./unsent/sender.js";

const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15000;

const page = document.getElementById("unsent");
const words = { ...page.dataset };
const show = (name) => page.querySelector(`[data-show=${name}]`);
const fillIn = (text, facts) => text.replace(/\{(\w+)\}/g, (all, name) => facts[name]);
const idOf = ({ stage, cell }) => `${stage}/${cell}`;
const urlsOf = (stage) => {
  const grid = `${words.stages}${stage}/grid/`;
  return { save: `${grid}cells/`, times: `${grid}times/`, state: `${grid}state/`, grid };
};

const rows = new Map();
let db = null;
let pause = 0;
let wake = () => {};

function clock(ms) {
  const at = new Date(ms);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getMonth() + 1}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function cellOf(text, label) {
  const td = document.createElement("td");
  td.dataset.label = label;
  td.textContent = text;
  return td;
}

function listed(draft) {
  const row = document.createElement("tr");
  const heads = Array.from(page.querySelectorAll("thead th"), (th) => th.textContent.trim());
  const facts = [draft.title || "", draft.place || draft.cell, draft.text || words.nothing, draft.who || "", clock(draft.at)];
  facts.forEach((text, place) => row.append(cellOf(text, heads[place])));
  const state = cellOf(words.waits, heads[facts.length]);
  row.append(state);
  rows.set(idOf(draft), { row, state, draft, waits: true });
  show("rows").append(row);
}

// What has become of a draft. Where a person must decide, the grid is the place for it.
function say(draft, text, { arrived = false, needs = false } = {}) {
  const known = rows.get(idOf(draft));
  known.waits = !arrived && !needs;
  known.arrived = arrived;
  known.row.dataset.state = arrived ? "sent" : needs ? "needs" : "waits";
  known.state.textContent = text;
  if (!needs) return;
  const link = document.createElement("a");
  const judge = draft.judge ? `?judge=${draft.judge}` : "";
  Object.assign(link, { href: `${urlsOf(draft.stage).grid}${judge}`, textContent: words.open });
  known.state.append(" ", link);
}

function tell(way) {
  const left = [...rows.values()].filter(({ arrived }) => !arrived).length;
  page.dataset.way = way;
  page.dataset.left = left;
  show("state").textContent = fillIn(words[way], { count: left });
  show("table").hidden = !rows.size;
  show("empty").hidden = rows.size > 0 || way === "down" || way === "signedOut";
  show("signIn").hidden = way !== "signedOut";
  show("grid").hidden = way !== "done";
}

function list(drafts, others) {
  drafts.filter((draft) => !rows.has(idOf(draft))).forEach(listed);
  show("others").textContent = others ? fillIn(words.others, { count: others }) : "";
  const first = drafts[0] || others;
  if (first.stage) show("grid").querySelector("a").href = urlsOf(first.stage).grid;
}

function clear() {
  rows.clear();
  show("rows").textContent = "";
}

// Who has signed in: { user, token }; "signedOut"; or "down".
async function whoIsIt() {
  try {
    const response = await fetch(words.who, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    if (response.type === "opaqueredirect") return "signedOut";
    return response.status === 200 ? await response.json() : "down";
  } catch (failed) {
    return "down";
  }
}

const renew = async () => (await whoIsIt()).token || "";

function changed(draft, now, obstacle) {
  if (!now) {
    say(draft, words.sent, { arrived: true });
    db.write(draft.user, draft.stage, [[draft.cell, null]]).catch(() => {});
  } else if (now.state === "conflict") {
    say(draft, fillIn(words.conflict, { who: now.who || words.somebody, theirs: now.theirs || words.nothing }), { needs: true });
  } else if (now.state === "refused") {
    say(draft, now.reason || words[obstacle] || words.locked, { needs: true });
  } else {
    say(draft, words.sending);
  }
}

async function sendStage(stage, drafts) {
  const urls = urlsOf(stage);
  const state = await lookAt(urls.state);
  if (!state) {
    drafts.forEach((draft) => say(draft, words.locked, { needs: true }));
    return;
  }
  const sender = makeSender({ urls, drafts, state, changed, renew, tell: (way) => tell(way === "saving" ? "sending" : "down") });
  drafts.filter(({ cell }) => !sender.knows(cell)).forEach((draft) => say(draft, words.locked, { needs: true }));
  await sender.send();
}

async function sendAll(drafts) {
  tell("sending");
  const stages = new Map();
  drafts.forEach((draft) => stages.set(draft.stage, [...(stages.get(draft.stage) || []), draft]));
  for (const [stage, found] of stages) await sendStage(stage, found);
}

function rest() {
  pause = Math.min(pause ? pause * 2 : PAUSE_MS, LONGEST_PAUSE_MS);
  return new Promise((resolve) => {
    wake = resolve;
    setTimeout(resolve, pause);
  });
}

async function run() {
  for (;;) {
    const who = await whoIsIt();
    const all = await db.all();
    const person = who === "down" ? await db.here() : who.user;
    const mine = all.filter(({ user }) => user === person).sort((one, other) => one.at - other.at);
    if ([...rows.values()].some(({ draft }) => draft.user !== person)) clear();
    list(mine, all.length - mine.length);
    if (typeof who === "string") {
      tell(who);
    } else {
      try {
        if (mine.length) await sendAll(mine);
        tell([...rows.values()].every(({ arrived }) => arrived) ? "done" : "needs");
        return;
      } catch (failed) {
        tell("down");
      }
    }
    await rest();
  }
}

const soon = () => {
  pause = 0;
  wake();
};
window.addEventListener("online", soon);
window.addEventListener("focus", soon);

openDrafts().then((opened) => {
  db = opened;
  return run();
}).catch(() => tell("failed"));

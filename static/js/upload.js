// Sends an entrant's files over a network that comes and goes (tus 1.0). One card, one file at a time.

import { adviceOn } from "./upload/advice.js";
import { stayAwake } from "./upload/awake.js";
import { fingerprintOf } from "./upload/fingerprint.js";
import { makePanel } from "./upload/panel.js";
import { makeSending } from "./upload/sending.js";
import { makeSession } from "./upload/session.js";
import { remove } from "./upload/tus.js";
import { fill } from "./upload/words.js";

const words = JSON.parse(document.getElementById("upload-words").textContent);
const roots = Array.from(document.querySelectorAll("[data-upload]"));
const session = roots.length ? makeSession(roots[0].dataset.token) : null;
const running = new Set();

// The card's facts, drawn by the server, which goes on asking how the inspection is.
async function showFacts(root, material) {
  const place = document.getElementById(`facts-${root.dataset.kind}`);
  try {
    const url = root.dataset.status.replace("/0/", `/${material}/`);
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (answer.status !== 200) throw new Error(String(answer.status));
    const fresh = document.createRange().createContextualFragment(await answer.text());
    const moved = Array.from(fresh.querySelectorAll("[data-elsewhere]"));
    moved.forEach((each) => {
      each.remove();
      each.removeAttribute("hx-swap-oob");
      const old = document.getElementById(each.id);
      if (old) old.replaceWith(each);
    });
    place.replaceWith(fresh);
    const now = document.getElementById(place.id);
    window.htmx.process(now);
    now.focus();
  } catch (failed) {
    // Another upload must not be torn down for this; without one the page itself has the news.
    if (!running.size) window.location.reload();
  }
}

function watch(root) {
  const { kind, entry, endpoint, largest } = root.dataset;
  const input = root.querySelector("input[type=file]");
  const panel = makePanel(root, words);
  let unfinished = JSON.parse(root.dataset.unfinished);
  let sending = null;
  // What was said about the chosen file, and what of it the person went on in spite of.
  let asked = "";
  let agreed = [];

  function ended() {
    if (running.delete(sending)) stayAwake(false);
    input.value = "";
  }

  // The next file is a new version, and no longer what the page asks for first.
  function offerAnother() {
    const label = root.querySelector("[data-again]");
    if (!label) return;
    label.textContent = label.dataset.again;
    label.parentElement.classList.add("quiet");
  }

  function tell(told) {
    panel.show(told);
    if (told.state === "stopped") {
      ended();
      root.querySelector("[data-part=choose]").hidden = false;
    }
    if (told.state === "done") {
      ended();
      panel.say(words.done);
      offerAnother();
      showFacts(root, told.material);
    }
  }

  function start(file, fingerprint, url) {
    document.querySelectorAll(`[data-unfinished-of="${kind}"]`).forEach((note) => { note.hidden = true; });
    panel.name(file);
    sending = makeSending({
      file, fingerprint, url, endpoint, session, tell, told: { entry, kind, filename: file.name },
    });
    running.add(sending);
    stayAwake(true);
    sending.start();
    panel.button("pause").focus();
  }

  async function removed(url) {
    const answer = await remove(url, session.token);
    return [204, 404, 410].includes(answer.status);
  }

  function ask(what, sentence, mayGoOn) {
    asked = what;
    panel.advise(sentence, mayGoOn ? ["anyway", "instead"] : ["instead"]);
  }

  async function choose() {
    const [file] = input.files;
    if (!file) return;
    const advice = adviceOn(file, { words, kind, largest: Number(largest) });
    if (advice && !(advice.mayGoOn && agreed.includes("format"))) {
      ask("format", advice.sentence, advice.mayGoOn);
      return;
    }
    try {
      const fingerprint = await fingerprintOf(file);
      const known = unfinished.find((each) => each.fingerprint === fingerprint && each.length === file.size);
      if (!known && unfinished.length && !agreed.includes("another")) {
        ask("another", fill(words.another, { name: unfinished[0].name }), true);
        return;
      }
      if (!known) await Promise.all(unfinished.map((each) => removed(each.url)));
      unfinished = [];
      start(file, fingerprint, known ? known.url : null);
    } catch (unreadable) {
      ask("unreadable", words.stopped.unreadable, false);
    }
  }

  async function drop() {
    if (!sending || !window.confirm(words.reallyDrop)) return;
    const dropped = sending;
    dropped.end();
    ended();
    panel.choosing();
    panel.say(words.dropped);
    input.focus();
    if (dropped.url) await removed(dropped.url);
  }

  input.addEventListener("change", () => {
    agreed = [];
    choose();
  });
  panel.button("anyway").addEventListener("click", () => {
    agreed.push(asked);
    choose();
  });
  panel.button("instead").addEventListener("click", () => {
    input.value = "";
    panel.choosing();
    input.focus();
    input.click();
  });
  panel.button("pause").addEventListener("click", () => {
    sending.pause();
    panel.button("resume").hidden = false;
    panel.button("resume").focus();
  });
  panel.button("resume").addEventListener("click", () => {
    sending.resume();
    panel.button("pause").hidden = false;
    panel.button("pause").focus();
  });
  panel.button("drop").addEventListener("click", drop);
  document.querySelectorAll(`[data-unfinished-of="${kind}"] [data-give-up]`).forEach((button) => {
    button.addEventListener("click", async () => {
      if (!window.confirm(words.reallyDrop)) return;
      const note = button.closest("[data-unfinished-of]");
      if (await removed(button.dataset.giveUp)) {
        unfinished = unfinished.filter((each) => each.url !== button.dataset.giveUp);
        note.hidden = true;
        panel.say(words.dropped);
        input.focus();
      } else {
        panel.say(words.notDropped);
        note.querySelector("[data-give-up-failed]").hidden = false;
      }
    });
    button.hidden = false;
  });
  root.querySelector("[data-part=choose]").hidden = false;
}

roots.forEach(watch);
["online", "focus"].forEach((event) => window.addEventListener(event, () => running.forEach((each) => each.nudge())));
window.addEventListener("beforeunload", (event) => {
  if (!running.size) return;
  event.preventDefault();
  event.returnValue = words.leave;
});
// What the server's next look at a file found is said aloud, once.
document.addEventListener("htmx:afterSwap", (event) => {
  const place = document.getElementById(event.target.id);
  const news = place && place.dataset.news;
  const live = document.getElementById("materials-live");
  if (news && live && live.textContent !== news) live.textContent = news;
});

// One card's upload on the page: what is chosen, how far it is, what is wrong, and the buttons that fit the moment.

import { fill, percentOf, progress } from "./words.js";

const RUNNING = ["beginning", "sending", "waiting", "offline", "elsewhere", "full", "signedOut", "blocked", "paused"];
// Whoever listens to the page is not told more often than this.
const SAY_EVERY_MS = 5000;

export function makePanel(root, words) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const button = (name) => root.querySelector(`[data-do="${name}"]`);
  const [bar, live] = [part("bar"), part("live")];
  let said = 0;
  let saidState = "";

  function say(state, sentence) {
    const now = Date.now();
    if (state === saidState && (now - said < SAY_EVERY_MS || state !== "sending")) return;
    [said, saidState] = [now, state];
    live.textContent = sentence;
  }

  function put(name, text) {
    part(name).textContent = text;
    part(name).hidden = !text;
  }

  // What stands in the way, as a sentence.
  function trouble({ state, seconds, sentence, reason, status }) {
    if (state === "offline") return fill(words.offline, { n: seconds });
    if (state === "waiting") return fill(status ? words.busy : words.lost, { n: seconds });
    if (state === "blocked") return fill(words.blocked, { n: seconds });
    if (state === "elsewhere") return words.elsewhere;
    if (state === "full") return `${sentence || words.full} ${fill(words.again, { n: seconds })}`;
    if (state === "signedOut") return words.signedOut;
    if (state === "stopped") return sentence || words.stopped[reason] || words.stopped.refused;
    return "";
  }

  function show(told) {
    const { state, sent, length } = told;
    const runs = RUNNING.includes(state);
    part("choose").hidden = runs;
    part("running").hidden = !runs && state !== "stopped";
    part("advice").hidden = true;
    bar.value = percentOf(sent, length);
    const first = { beginning: words.beginning, paused: `${words.paused} ${progress(words, { sent, length, speed: 0 })}` };
    put("words", first[state] || progress(words, told));
    put("trouble", trouble(told));
    part("trouble").classList.toggle("is-final", state === "stopped");
    part("signIn").hidden = state !== "signedOut";
    button("pause").hidden = !runs || state === "paused";
    button("resume").hidden = state !== "paused";
    button("drop").hidden = !runs;
    say(state, trouble(told) || part("words").textContent);
  }

  return {
    show,
    button,
    name: (file) => put("name", file.name),
    // A sentence about the chosen file, with the ways that are left.
    advise: (sentence, ways) => {
      part("advice").hidden = false;
      put("adviceText", sentence);
      ["anyway", "instead"].forEach((way) => { button(way).hidden = !ways.includes(way); });
      live.textContent = sentence;
      part("advice").focus();
    },
    choosing: () => {
      part("choose").hidden = false;
      part("running").hidden = true;
      part("advice").hidden = true;
    },
    say: (sentence) => { live.textContent = sentence; },
    hasFocus: () => root.contains(document.activeElement),
  };
}

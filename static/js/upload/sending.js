// One file on its way: begun or taken up again, sent piece by piece, and never given up by itself.
//
// What goes wrong is either a matter of time (no network, a busy server, another tab at the same file, a full disk, nobody
// signed in), which is waited out, or cannot heal, which ends it with a sentence. The server alone knows how much it has:
// after every trouble it is asked. Some networks let only GET and POST through: then everything is asked for by POST, and
// where that does not help either, the network is named, and tried again: a phone may be in another one by then.

import { checksumOf } from "./fingerprint.js";
import { makePace, pauseBefore } from "./pace.js";
import { create, isForeign, look, offsetOf, send } from "./tus.js";

const FULL_PAUSE_S = 60;
const SIGN_IN_PAUSE_S = 5;
const LONGEST_PAUSE_S = 120;
// A client that always meets another one at the same place lets it go first.
const COLLISIONS = 3;
const BLOCKED_PAUSE_S = 30;
// So many connections broken at one place, while pages can be had: it is not the line.
const CUTS = 3;

// What this beginning is known by: asked for again after its answer was lost, it is not begun a second time.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function makeSending({ file, fingerprint, told, url: first, endpoint, session, tell }) {
  const pace = makePace();
  const key = newKey();
  let url = first;
  let offset = null;
  let reached = 0;
  let tries = 0;
  // Since something came through: answers that were not the server's, and connections broken.
  let foreign = 0;
  let cuts = 0;
  let byPost = false;
  let collisions = 0;
  let paused = false;
  let over = false;
  let abort = null;
  let wake = null;

  const show = (state, more = {}) => tell({ state, sent: offset || 0, length: file.size, speed: pace.speed, ...more });

  function sleep(seconds) {
    return new Promise((done) => {
      const bell = setTimeout(done, seconds * 1000);
      wake = () => {
        clearTimeout(bell);
        done();
      };
    });
  }

  async function wait(state, seconds, more = {}) {
    pace.rest();
    // Whoever waits sees the seconds go by.
    const until = Date.now() + seconds * 1000;
    let woken = false;
    while (!woken && !paused && !over && Date.now() < until) {
      show(state, { seconds: Math.ceil((until - Date.now()) / 1000), ...more });
      await sleep(Math.min(1, (until - Date.now()) / 1000));
      woken = wake === null;
    }
  }

  function stop(sentence, reason) {
    over = true;
    show("stopped", { sentence, reason });
  }

  function through() {
    [tries, foreign, cuts, collisions] = [0, 0, 0, 0];
  }

  // Not the server's answer. Either the form's token is out of date, which is answered with a page, or something on the way
  // does not let this pass: next time with a new token, and the other way.
  async function hindered() {
    foreign += 1;
    byPost = !byPost;
    const found = await session.renew();
    if (found === "signedOut") {
      foreign = 0;
      await wait("signedOut", SIGN_IN_PAUSE_S);
    } else if (found === "gone") await trouble({ status: 0 });
    else if (foreign > 1) await wait("blocked", BLOCKED_PAUSE_S);
  }

  async function signIn() {
    await wait("signedOut", SIGN_IN_PAUSE_S);
    if (!over && await session.renew() === "new") foreign = 0;
  }

  async function cutOff(answer) {
    cuts += 1;
    const pagesCome = cuts >= CUTS && await session.renew() === "new";
    if (pagesCome) byPost = !byPost;
    await trouble(answer, pagesCome && cuts > CUTS);
  }

  async function trouble(answer, isBlocked = false) {
    const asked = answer.status ? Number(answer.header("Retry-After")) : 0;
    const seconds = asked > 0 ? Math.min(asked, LONGEST_PAUSE_S) : pauseBefore(tries);
    tries += 1;
    pace.failed();
    const state = answer.status || navigator.onLine ? "waiting" : "offline";
    await wait(isBlocked ? "blocked" : state, seconds, { status: answer.status });
  }

  async function collided() {
    collisions += 1;
    if (collisions >= COLLISIONS) await wait("elsewhere", pauseBefore(collisions - COLLISIONS));
  }

  // What an answer other than success means; the loop then goes on, unless it is over.
  async function heed(answer, isNew) {
    const { status } = answer;
    if (!isNew) offset = null;
    if (status === 401) await signIn();
    // A proxy may also take away the word that says what the POST stands for.
    else if (isForeign(answer) || (status && status < 400) || (status === 405 && byPost)) await hindered();
    else if (status === 423 || (status === 409 && !isNew)) await collided();
    else if (status === 507) await wait("full", FULL_PAUSE_S, { sentence: answer.text });
    else if (status === 0 || status === 502 || status === 504) await cutOff(answer);
    else if (status === 408 || status === 429 || status === 460 || status >= 500) await trouble(answer);
    else stop(answer.text, status === 404 ? "gone" : status === 410 ? "over" : "refused");
  }

  async function begin() {
    show("beginning");
    const answer = await create(endpoint, { token: session.token, length: file.size, told: { ...told, fingerprint, key } });
    if (answer.status !== 201 || !answer.header("Location")) {
      await heed(answer, true);
      return;
    }
    through();
    offset = offsetOf(answer) || 0;
    url = answer.header("Location");
    show("sending", { url });
  }

  function whole(answer) {
    over = true;
    offset = file.size;
    show("done", { material: answer.header("Material") });
  }

  async function ask() {
    const answer = await look(url, { token: session.token, byPost });
    if (answer.status !== 200 || Number.isNaN(offsetOf(answer))) {
      await heed(answer, false);
      return;
    }
    if (offsetOf(answer) > reached) through();
    offset = offsetOf(answer);
    reached = offset;
    if (answer.header("Material")) whole(answer);
    else if (Number(answer.header("Upload-Length")) !== file.size) stop("", "other");
    else if (offset >= file.size) await trouble(answer);
  }

  async function piece() {
    const from = offset;
    const blob = file.slice(from, from + pace.size);
    let checksum;
    try {
      checksum = await checksumOf(blob);
    } catch (unreadable) {
      stop("", "unreadable");
      return;
    }
    if (paused || over) return;
    const began = Date.now();
    const moved = (bytes) => {
      pace.mark(from + bytes, Date.now());
      show("sending", { sent: from + bytes });
    };
    pace.mark(from, began);
    const answer = await send(url, {
      token: session.token, byPost, offset: from, piece: blob, checksum, moved, hold: (stopIt) => { abort = stopIt; },
    });
    if (paused || over) {
      offset = null;
      return;
    }
    if (answer.status !== 204 || Number.isNaN(offsetOf(answer))) {
      await heed(answer, false);
      return;
    }
    pace.took(Date.now() - began);
    through();
    offset = offsetOf(answer);
    reached = offset;
    if (answer.header("Material")) whole(answer);
    else show("sending");
  }

  async function run() {
    while (!over) {
      if (paused) {
        show("paused");
        await sleep(3600);
      } else if (!url) await begin();
      else if (offset === null || offset >= file.size) await ask();
      else await piece();
    }
  }

  function nudge() {
    if (!wake) return;
    const ring = wake;
    wake = null;
    ring();
  }

  return {
    get url() { return url; },
    get isOver() { return over; },
    start: () => run(),
    // The network is back, or the person is: no use in waiting for the pause to end.
    nudge: () => {
      if (paused) return;
      tries = 0;
      nudge();
    },
    pause: () => {
      paused = true;
      if (abort) abort();
      pace.rest();
      nudge();
    },
    resume: () => {
      paused = false;
      offset = url ? null : offset;
      nudge();
    },
    end: () => {
      over = true;
      if (abort) abort();
      nudge();
    },
  };
}

// One request at a time, repeated with the same key until it is answered: the server counts a repeat once.

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const PATIENCE_MS = 20000;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
}

export function makePost({ token, next, answered, refused, asked, lost, tell, renew }) {
  let key = token;
  let current = null;
  let busy = false;
  let stopped = false;
  let pause = 0;
  let timer = 0;
  let waiters = [];

  async function send({ url, body, once }) {
    const patience = new AbortController();
    const bell = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams({ payload: JSON.stringify(body), once_key: once }),
        headers: { "X-CSRFToken": key },
        credentials: "same-origin",
        redirect: "manual",
        signal: patience.signal,
      });
      if (response.type === "opaqueredirect") return { again: "signedOut" };
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      // Somebody else's act came between, and nothing was written.
      if (response.status === 503) return { again: "trouble" };
      if (isJson) return { status: response.status, answer: await response.json() };
      if (response.status === 403) {
        // The form's token is out of date, as after signing in anew; without a new one nobody is signed in.
        const fresh = await renew();
        key = fresh || key;
        return { again: fresh ? "trouble" : "signedOut" };
      }
      if (response.status === 404) return { status: 404, answer: { stop: "" } };
      // The server has this request already, but no answer of it any more: how things stand says what became of it.
      if (response.status === 409) return { repeated: true };
      return { again: "trouble" };
    } catch (failed) {
      return { again: navigator.onLine ? "trouble" : "offline" };
    } finally {
      clearTimeout(bell);
    }
  }

  function rest() {
    waiters.forEach((wake) => wake());
    waiters = [];
  }

  async function run() {
    clearTimeout(timer);
    if (busy || stopped) return;
    if (!current) {
      const batch = next();
      if (!batch) {
        rest();
        return;
      }
      current = { ...batch, once: newKey() };
    }
    busy = true;
    tell("saving");
    const { again, repeated, status, answer } = await send(current);
    busy = false;
    if (again) {
      tell(again);
      pause = Math.min(pause ? pause * 2 : PAUSE_MS, LONGEST_PAUSE_MS);
      timer = setTimeout(run, pause);
      return;
    }
    pause = 0;
    const done = current;
    current = null;
    if (repeated) {
      await asked();
      lost(done);
    } else if ("stop" in answer) {
      // 400 is about this request only; anything else ends the typing on this page.
      stopped = status !== 400;
      refused(done, answer.stop, stopped);
    } else {
      answered(done, answer);
    }
    run();
  }

  // Whoever comes back, from no network or from signing in elsewhere, does not wait for the pause to end.
  window.addEventListener("online", run);
  window.addEventListener("focus", run);

  return {
    // Soon: what is typed within the same moment goes together.
    soon: () => {
      if (busy || current) return;
      clearTimeout(timer);
      timer = setTimeout(run, 60);
    },
    now: run,
    // When everything that could be sent has been, or after a while.
    flushed: (ms) => new Promise((wake) => {
      waiters.push(wake);
      setTimeout(wake, ms);
      run();
    }),
  };
}

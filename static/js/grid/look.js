// A look every ten seconds at what others have typed. The server answers in few words when that is nothing.

const EVERY_MS = 10000;

export function makeLook({ url, judge, take }) {
  let etag = "";
  let looking = false;

  async function look(always) {
    if (looking || (document.hidden && always !== true)) return;
    looking = true;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await fetch(`${url}?judge=${judge}`, { headers, credentials: "same-origin", redirect: "manual" });
      if (response.status === 200) {
        etag = response.headers.get("ETag") || "";
        take(await response.json());
      }
    } catch (failed) {
      // Offline: the saving says so when there is something to save; the next look is soon enough.
    } finally {
      looking = false;
    }
  }

  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", () => look());

  return {
    now: look,
    // How things stand, whether the window is seen or not.
    afresh: () => look(true),
    // A fresh CSRF token, after signing in again in another window; "" while nobody has.
    token: async () => {
      try {
        const response = await fetch(`${url}?judge=none`, { credentials: "same-origin", redirect: "manual" });
        return response.status === 200 ? (await response.json()).token : "";
      } catch (failed) {
        return "";
      }
    },
  };
}

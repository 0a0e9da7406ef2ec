// The page's token, renewed from the page itself when the server no longer takes it: after signing in again, say.

export function makeSession(first) {
  let token = first;

  // "new", "same", "signedOut", or "gone" where the page cannot be had now.
  async function renew() {
    try {
      const answer = await fetch(window.location.pathname, { credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") return "signedOut";
      if (!answer.ok) return "gone";
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-upload]");
      if (!found) return "gone";
      token = found.dataset.token;
      return "new";
    } catch (failed) {
      return "gone";
    }
  }

  return { get token() { return token; }, renew };
}

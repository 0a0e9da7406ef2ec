// Puts the page 未送出 and all it needs on this computer while the server is there, for when it is not.
//
// Where the portal is reached by HTTPS, or on this computer itself, a service worker then gives it in the grid's place;
// over plain HTTP browsers have none, and the page's own address finds it in the browser's cache.

const KEPT = "unsent";
const PARTS = "link[rel=stylesheet], link[rel=modulepreload], link[rel=icon], script[src]";

async function parts(page) {
  const found = new DOMParser().parseFromString(await page.text(), "text/html").querySelectorAll(PARTS);
  return Array.from(found, (part) => new URL(part.getAttribute("href") || part.getAttribute("src"), page.url).href);
}

async function store(page, wanted) {
  const cache = await window.caches.open(KEPT);
  const has = (await cache.keys()).map(({ url }) => url);
  const stale = has.filter((url) => url !== page.url && !wanted.includes(url));
  await Promise.all(wanted.filter((url) => !has.includes(url)).map((url) => cache.add(url)));
  // Last: a page is there only with all its parts.
  await cache.put(page.url, page);
  await Promise.all(stale.map((url) => cache.delete(url)));
}

export async function offer({ page, worker, stages }) {
  try {
    // Somebody whose session has ended is sent to sign in: that is not the page.
    const answer = await fetch(page, { credentials: "same-origin", redirect: "error", cache: "no-cache" });
    if (!answer.ok) return false;
    const wanted = await parts(answer.clone());
    if (window.caches) await store(answer, wanted);
    else await Promise.all(wanted.map((url) => fetch(url)));
    if (!navigator.serviceWorker) return false;
    await navigator.serviceWorker.register(worker, { scope: stages });
    await navigator.serviceWorker.ready;
    return true;
  } catch (refused) {
    // The grid works without; the next visit tries again.
    return false;
  }
}

// The service worker of the grid: where no server answers, the page 未送出 comes in the grid's place, from this computer.
//
// Its scope is the folder of the stages. It touches the grid's address and its own, and what the page it gave needs;
// everything else goes its way as if it were not there. What it has was put there by offer.js and has no data in it.

const KEPT = "unsent";
const PAGE = "unsent/";
const OURS = /^(\d+\/grid|unsent)\/(\?|$)/;
const DOWN = [502, 503, 504];
// Longer than the slowest grid takes, and not so long that somebody gives up.
const PATIENCE_MS = 15000;

const given = new Set();

async function grid(event) {
  const late = new Promise((resolve, reject) => { setTimeout(reject, PATIENCE_MS); });
  try {
    const answer = await Promise.race([fetch(event.request), late]);
    if (!DOWN.includes(answer.status)) return answer;
  } catch (failed) {
    // No network, no server, or none that answers in time.
  }
  const page = await caches.match(self.registration.scope + PAGE, { cacheName: KEPT, ignoreVary: true });
  if (!page) return fetch(event.request);
  given.add(event.resultingClientId);
  return page;
}

async function part(request) {
  return (await caches.match(request, { cacheName: KEPT, ignoreVary: true })) || fetch(request);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { scope } = self.registration;
  if (request.mode === "navigate") {
    if (request.method === "GET" && request.url.startsWith(scope) && OURS.test(request.url.slice(scope.length))) {
      event.respondWith(grid(event));
    }
  } else if (given.has(event.clientId) && ["script", "style", "image"].includes(request.destination)) {
    event.respondWith(part(request));
  }
});

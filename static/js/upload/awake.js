// Keeps a phone's screen on while a file is on its way, where the browser lets a page ask for that.

let lock = null;
let holders = 0;

async function hold() {
  if (!holders || lock || document.hidden || !navigator.wakeLock) return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => { lock = null; });
  } catch (refused) {
    // A battery that is low says no; the upload goes on after the screen is on again.
    lock = null;
  }
}

document.addEventListener("visibilitychange", hold);

export function stayAwake(yes) {
  holders = Math.max(0, holders + (yes ? 1 : -1));
  if (yes) hold();
  else if (!holders && lock) lock.release();
}

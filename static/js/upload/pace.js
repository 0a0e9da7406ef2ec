// How large the next piece is, how fast the line is, and how long it will still take.

const SMALLEST = 64 * 1024;
const FIRST = 256 * 1024;
const LARGEST = 4 * 1024 * 1024;
const QUICK_MS = 3000;
// The speed is that of the last so many milliseconds: a village network changes from minute to minute.
const WINDOW_MS = 15000;
const PAUSES_S = [1, 2, 4, 8, 15, 30];

export function makePace() {
  let size = FIRST;
  let seen = [];

  return {
    get size() { return size; },
    took(ms) { if (ms < QUICK_MS) size = Math.min(size * 2, LARGEST); },
    failed() { size = Math.max(SMALLEST, Math.floor(size / 2)); },
    // Sent so far, at a moment in milliseconds.
    mark(sent, ms) {
      seen = seen.filter(([then, bytes]) => ms - then < WINDOW_MS && bytes <= sent);
      seen.push([ms, sent]);
    },
    rest() { seen = []; },
    // Bytes a second; 0 while nobody can tell.
    get speed() {
      if (seen.length < 2) return 0;
      const [[from, had], [to, has]] = [seen[0], seen[seen.length - 1]];
      return to - from < 500 ? 0 : ((has - had) * 1000) / (to - from);
    },
  };
}

// Seconds before the next try: growing, and not the same for everybody whose line came back at the same moment.
export function pauseBefore(tries) {
  const pause = PAUSES_S[Math.min(tries, PAUSES_S.length - 1)];
  return pause * (0.75 + Math.random() / 2);
}

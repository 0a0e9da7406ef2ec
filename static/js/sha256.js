// The SHA-256 of some bytes, as 64 hexadecimal digits. Browsers keep their own to pages from HTTPS or from this very
// machine; a hall's network without HTTPS gets ours, by FIPS 180-4.

const LENGTH_BYTES = 8;
const BLOCK = 64;

// The first 32 bits of the fractional parts of the square and cube roots of the first primes.
function fraction(root) {
  return Math.floor((root - Math.floor(root)) * 0x100000000) | 0;
}

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n += 1) if (found.every((p) => n % p)) found.push(n);
  return found;
}

const START = primes(8).map((p) => fraction(Math.sqrt(p)));
const ROUND = primes(64).map((p) => fraction(Math.cbrt(p)));

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

// The bytes, a one bit, zeros, and how many bits there were, filled up to whole blocks.
function padded(bytes) {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK);
  const all = new Uint8Array(blocks * BLOCK);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(all.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(all.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function schedule(words, view, at) {
  for (let t = 0; t < 16; t += 1) words[t] = view.getInt32(at + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const near = words[t - 15];
    const last = words[t - 2];
    const s0 = turn(near, 7) ^ turn(near, 18) ^ (near >>> 3);
    const s1 = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10);
    words[t] = words[t - 16] + s0 + words[t - 7] + s1;
  }
}

function compress(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t] + words[t]) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] += word; });
}

export function sha256(bytes) {
  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  const view = padded(bytes);
  for (let at = 0; at < view.byteLength; at += BLOCK) {
    schedule(words, view, at);
    compress(state, words);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

export async function digest(buffer) {
  if (!window.crypto || !window.crypto.subtle) return sha256(new Uint8Array(buffer));
  const bytes = new Uint8Array(await window.crypto.subtle.digest("SHA-256", buffer));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

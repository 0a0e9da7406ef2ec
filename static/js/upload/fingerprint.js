// What a file is known by, so that the same one can be told when it is chosen again; and the checksum of a piece.

import { digest } from "../sha256.js";

const EDGE = 64 * 1024;

// Not every browser of this age can read a blob by itself.
function bytesOf(blob) {
  if (blob.arrayBuffer) return blob.arrayBuffer();
  return new Response(blob).arrayBuffer();
}

function joined(buffers) {
  const all = new Uint8Array(buffers.reduce((sum, each) => sum + each.byteLength, 0));
  buffers.reduce((at, each) => {
    all.set(new Uint8Array(each), at);
    return at + each.byteLength;
  }, 0);
  return all.buffer;
}

// By name, size, time of change, and how it begins and ends. Rejects when the file cannot be read.
export async function fingerprintOf(file) {
  const told = new TextEncoder().encode(`${file.name}\n${file.size}\n${file.lastModified}\n`);
  const first = await bytesOf(file.slice(0, EDGE));
  const last = await bytesOf(file.slice(Math.max(0, file.size - EDGE)));
  return digest(joined([told.buffer, first, last]));
}

// Base64, as the protocol wants it.
export async function checksumOf(blob) {
  const hex = await digest(await bytesOf(blob));
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
}

// What can be told of a file before a byte is sent. The server looks into it all the same.

import { fill, sizeOf } from "./words.js";

// { sentence, mayGoOn }, or null when there is nothing to say.
export function adviceOn(file, { words, kind, largest }) {
  if (!file.size) return { sentence: words.empty, mayGoOn: false };
  if (file.size > largest) {
    const told = { size: sizeOf(file.size), largest: sizeOf(largest) };
    return { sentence: fill(words.tooLarge[kind], told), mayGoOn: false };
  }
  const suffix = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  const known = words.formats[kind][suffix];
  return known ? { sentence: known, mayGoOn: true } : null;
}

// Numbers as people say them. The sentences themselves come with the page, in its language.

const KB = 1024;
const MB = KB * 1024;

export function fill(sentence, told) {
  return Object.entries(told).reduce((text, [name, value]) => text.split(`{${name}}`).join(String(value)), sentence);
}

export function sizeOf(bytes) {
  if (bytes < MB) return `${Math.ceil(bytes / KB)} KB`;
  return `${bytes < 10 * MB ? (bytes / MB).toFixed(1) : Math.round(bytes / MB)} MB`;
}

export function percentOf(sent, length) {
  return Math.floor((sent * 100) / length);
}

// "还需约 3 分钟": rounded as roughly as it is known.
export function timeLeft(words, seconds) {
  if (seconds < 60) return fill(words.secondsLeft, { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 5400) return fill(words.minutesLeft, { n: Math.ceil(seconds / 60) });
  return fill(words.hoursLeft, { n: (seconds / 3600).toFixed(1) });
}

// 63 % · 1.2 MB/s · 还需约 3 分钟
export function progress(words, { sent, length, speed }) {
  const parts = [`${percentOf(sent, length)}%`, `${sizeOf(sent)} / ${sizeOf(length)}`];
  if (speed > 0) parts.push(`${sizeOf(speed)}/s`, timeLeft(words, (length - sent) / speed));
  return parts.join(" · ");
}

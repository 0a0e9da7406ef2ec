// The requests of the tus 1.0 protocol, each answered with { status, header, text }; status 0 is no answer at all.

const VERSION = "1.0.0";
const PIECE = "application/offset+octet-stream";
// Without a byte moving for so long, the connection is taken to be dead.
const SILENCE_MS = 60000;

function request(method, url, { headers = {}, body = null, moved = () => {}, hold = () => {} } = {}) {
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    let bell = 0;
    const end = (status) => {
      clearTimeout(bell);
      hold(null);
      done({ status, header: (name) => (status ? xhr.getResponseHeader(name) : null), text: status ? xhr.responseText : "" });
    };
    const listen = () => {
      clearTimeout(bell);
      bell = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    xhr.open(method, url);
    Object.entries({ "Tus-Resumable": VERSION, ...headers }).forEach(([name, value]) => xhr.setRequestHeader(name, value));
    xhr.upload.onprogress = (event) => {
      listen();
      moved(event.loaded);
    };
    xhr.onload = () => end(xhr.status);
    xhr.onerror = () => end(0);
    xhr.onabort = () => end(0);
    hold(() => xhr.abort());
    listen();
    xhr.send(body);
  });
}

function base64(text) {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join(""));
}

export function offsetOf(answer) {
  const told = answer.header("Upload-Offset");
  return told === null ? NaN : Number(told);
}

export function create(url, { token, length, told }) {
  const metadata = Object.entries(told).map(([name, value]) => `${name} ${base64(value)}`).join(",");
  const headers = { "X-CSRFToken": token, "Upload-Length": String(length), "Upload-Metadata": metadata };
  return request("POST", url, { headers });
}

export function look(url) {
  return request("HEAD", url);
}

export function send(url, { token, offset, piece, checksum, moved, hold }) {
  const headers = { "X-CSRFToken": token, "Content-Type": PIECE, "Upload-Offset": String(offset) };
  if (checksum) headers["Upload-Checksum"] = `sha256 ${checksum}`;
  return request("PATCH", url, { headers, body: piece, moved, hold });
}

export function remove(url, token) {
  return request("DELETE", url, { headers: { "X-CSRFToken": token } });
}

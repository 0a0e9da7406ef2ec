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

// How what stands in between refuses a way of asking that it does not know.
const REFUSALS = [403, 405, 406, 407, 451, 501];
const AWAY = [502, 503, 504];

// Whether something on the way answered instead of the server: a firewall's page, a proxy's refusal.
export function isForeign(answer) {
  const { status } = answer;
  if (!status || AWAY.includes(status) || answer.header("Tus-Resumable") !== null) return false;
  return REFUSALS.includes(status) || (answer.header("Content-Type") || "").startsWith("text/html");
}

// As the protocol asks for it; or, where only GET and POST come through, as a POST that names it.
function ask(method, url, { token, byPost, headers = {}, ...more }) {
  const told = { "X-CSRFToken": token, ...headers };
  if (byPost) told["X-HTTP-Method-Override"] = method;
  return request(byPost ? "POST" : method, url, { headers: told, ...more });
}

export function look(url, { token, byPost }) {
  return ask("HEAD", url, { token, byPost });
}

export function send(url, { token, byPost, offset, piece, checksum, moved, hold }) {
  const headers = { "Content-Type": PIECE, "Upload-Offset": String(offset) };
  if (checksum) headers["Upload-Checksum"] = `sha256 ${checksum}`;
  return ask("PATCH", url, { token, byPost, headers, body: piece, moved, hold });
}

export async function remove(url, token) {
  const answer = await ask("DELETE", url, { token, byPost: false });
  return isForeign(answer) || answer.status === 0 ? ask("DELETE", url, { token, byPost: true }) : answer;
}

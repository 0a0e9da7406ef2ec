// The official JavaScript client, as a process of its own: node bench/tus_client.mjs URL FILE < JSON of headers and metadata
// It is installed beside the drill's other files; NODE_PATH does not reach ES modules, so its place is told.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'

const [url, path, room] = process.argv.slice(2)
const tus = createRequire(`${room}/`)('tus-js-client')
const told = JSON.parse(readFileSync(0, 'utf8'))
const upload = new tus.Upload(createReadStream(path), {
  endpoint: url,
  headers: told.headers,
  metadata: told.metadata,
  uploadSize: statSync(path).size,
  retryDelays: new Array(300).fill(500),
  onError(error) { console.error(String(error)); process.exit(1) },
  onSuccess() { console.log(upload.url) },
})
upload.start()

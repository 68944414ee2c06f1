// Reads a list of { seed, size, chunkSize, links } from standard input and writes, per file, the CID and the size of its blocks that
// the reference importer gives with the defaults of `ipfs add` for CIDv0.
import { text } from 'node:stream/consumers'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'

// The bytes of a file follow from its seed by xorshift32, in little-endian words; RandomFile.cs makes the same.
function * content ({ seed, size }) {
  let state = seed
  while (size > 0) {
    const words = new Uint32Array(Math.min(1 << 18, Math.ceil(size / 4)))
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      words[i] = state
    }
    const bytes = new Uint8Array(words.buffer).subarray(0, size)
    size -= bytes.length
    yield bytes
  }
}

const nowhere = { put: async (cid) => cid }
const results = []
for (const file of JSON.parse(await text(process.stdin))) {
  for await (const entry of importer([{ content: content(file) }], nowhere, {
    profile: 'unixfs-v0-2015',
    chunker: fixedSize({ chunkSize: file.chunkSize }),
    layout: balanced({ maxChildrenPerNode: file.links })
  })) {
    results.push({ cid: entry.cid.toString(), storedSize: Number(entry.size) })
  }
}
process.stdout.write(JSON.stringify(results))

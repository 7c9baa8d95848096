/**
 * SHA-256 (FIPS 180-4) at once: Web Crypto's has to be waited for, and a client's name, which is made with it, does not.
 * Nothing secret ever goes in: what is signed is hashed by the curve's library, webhooks by Web Crypto.
 *
 * @module
 */

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const ADDED = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]

/** Those of the square roots of the first 8. */
const BEGINNING = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]

/** @param {number} word @param {number} bits */
const turn = (word, bits) => (word >>> bits) | (word << (32 - bits))

/**
 * @param {Uint8Array} message
 * @returns {Uint8Array<ArrayBuffer>} 32 bytes
 */
export function sha256(message) {
  const blocks = padded(message, false)
  let state = BEGINNING
  for (let at = 0; at < blocks.byteLength; at += 64) state = compress(state, new DataView(blocks.buffer, at, 64))
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, n) => digest.setUint32(4 * n, word))
  return new Uint8Array(digest.buffer)
}

/**
 * A message as whole blocks of 64 bytes: a bit that is set, zeros, and its length in bits. So RIPEMD-160 does too, with
 * the length the other way round.
 *
 * @param {Uint8Array} message
 * @param {boolean} littleEndian
 */
export function padded(message, littleEndian) {
  const bytes = new Uint8Array((Math.floor((message.length + 8) / 64) + 1) * 64)
  bytes.set(message)
  bytes[message.length] = 0x80
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(message.length) * 8n, littleEndian)
  return bytes
}

/** @param {number[]} state @param {DataView} block */
function compress(state, block) {
  const words = scheduled(block)
  let [a, b, c, d, e, f, g, h] = state
  for (let step = 0; step < 64; step++) {
    const chosen = (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g))
    const most = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
    const sum = (h + chosen + ADDED[step] + words[step]) | 0
    ;[a, b, c, d, e, f, g, h] = [(sum + most) | 0, a, b, c, (d + sum) | 0, e, f, g]
  }
  return [a, b, c, d, e, f, g, h].map((word, n) => (word + state[n]) | 0)
}

/** @param {DataView} block */
function scheduled(block) {
  const words = Array.from({ length: 16 }, (_, n) => block.getInt32(4 * n))
  for (let n = 16; n < 64; n++) {
    const [early, late] = [words[n - 15], words[n - 2]]
    const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    words.push((words[n - 16] + low + words[n - 7] + high) | 0)
  }
  return words
}

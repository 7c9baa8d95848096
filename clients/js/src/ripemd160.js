/**
 * RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996), which neither Web Crypto nor the curve's library has. Only the short
 * name of a public key is made with it; nothing secret ever goes in.
 *
 * @module
 */

import { padded } from './sha256.js'

/** Which word of the block each of the 80 steps takes: left line, right line. */
const WORDS = [
  [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
    3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
    4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
  ],
  [
    5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
    15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
    12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
  ],
]

/** By how many bits each step turns. */
const TURNS = [
  [
    11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
    11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
    9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
  ],
  [
    8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
    9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
    8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
  ],
]

/** What each round of sixteen steps adds. */
const ADDED = [
  [0x00000000, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e],
  [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0x00000000],
]

/** @type {((x: number, y: number, z: number) => number)[]} */
const MIXED = [
  (x, y, z) => x ^ y ^ z,
  (x, y, z) => (x & y) | (~x & z),
  (x, y, z) => (x | ~y) ^ z,
  (x, y, z) => (x & z) | (y & ~z),
  (x, y, z) => x ^ (y | ~z),
]

/** @param {number} word @param {number} bits */
const turn = (word, bits) => (word << bits) | (word >>> (32 - bits))

/**
 * @param {Uint8Array} message
 * @returns {Uint8Array<ArrayBuffer>} 20 bytes
 */
export function ripemd160(message) {
  const blocks = padded(message, true)
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let at = 0; at < blocks.byteLength; at += 64) state = compress(state, new DataView(blocks.buffer, at, 64))
  const digest = new DataView(new ArrayBuffer(20))
  state.forEach((word, n) => digest.setUint32(4 * n, word, true))
  return new Uint8Array(digest.buffer)
}

/** @param {number[]} state @param {DataView} block */
function compress(state, block) {
  const [left, right] = [line(state, block, 0), line(state, block, 1)]
  // Each word of the state takes the next one, the left line's after that, and the right line's after that again.
  return state.map((_, n) => (state[(n + 1) % 5] + left[(n + 2) % 5] + right[(n + 3) % 5]) | 0)
}

/** @param {number[]} state @param {DataView} block @param {0 | 1} side */
function line(state, block, side) {
  let [a, b, c, d, e] = state
  for (let step = 0; step < 80; step++) {
    const round = step >> 4
    const mixed = MIXED[side === 0 ? round : 4 - round](b, c, d)
    const word = block.getUint32(4 * WORDS[side][step], true)
    const sum = (a + mixed + word + ADDED[side][round]) | 0
    ;[a, b, c, d, e] = [e, (turn(sum, TURNS[side][step]) + e) | 0, b, turn(c, 10), d]
  }
  return [a, b, c, d, e]
}

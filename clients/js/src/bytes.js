/**
 * Bytes as texts and back: UTF-8, hexadecimal, base58 as Bitcoin writes it. On plain `Uint8Array`s, which every place
 * where JavaScript runs has. Never lenient: what is not wholly of its form is refused.
 *
 * @module
 */

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const encoder = new TextEncoder()

/**
 * A text in UTF-8; bytes as they are.
 *
 * @param {string | Uint8Array | ArrayBuffer} value
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toBytes(value) {
  if (typeof value === 'string') return encoder.encode(value)
  // A copy, so that nobody changes it meanwhile.
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0))
  throw new TypeError('a text or bytes are needed')
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} two lower-case digits for each byte
 */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer> | null} `null` if it is not hexadecimal, whole bytes of it
 */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/i.test(text)) return null
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} base58 with Bitcoin's alphabet; a `1` for each zero byte in front
 */
export function toBase58(bytes) {
  let number = BigInt(`0x0${toHex(bytes)}`)
  let digits = ''
  for (; number > 0n; number /= 58n) digits = BASE58[Number(number % 58n)] + digits
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + digits
}

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>} one after the other
 */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

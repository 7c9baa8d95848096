/**
 * What is sent: JSON whose amounts are what the caller meant, and keys that make a repetition harmless.
 *
 * @module
 */

import { toHex } from './bytes.js'

/**
 * JSON of a request. A number that JSON cannot say (`NaN`, infinity) is refused: it would become `null`, and an invoice of
 * any amount. A `bigint` is sent as a text, exactly.
 *
 * @param {object} value
 * @returns {string}
 * @throws {TypeError}
 */
export function json(value) {
  return JSON.stringify(value, (name, item) => {
    if (typeof item === 'number' && !Number.isFinite(item)) throw new TypeError(`${name} is ${item}`)
    return typeof item === 'bigint' ? String(item) : item
  })
}

/**
 * @param {string | null} [wished] the caller's own
 * @returns {string} what can be a header, by default 128 random bits; a server takes up to 200 characters
 * @throws {TypeError} if the caller's own cannot
 */
export function idempotencyKey(wished) {
  if (wished === undefined || wished === null) return toHex(crypto.getRandomValues(new Uint8Array(16)))
  // Of an object the text is always the same: every order would be one.
  if (typeof wished !== 'string' || !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(wished)) {
    throw new TypeError('an idempotency key is one or more characters of ASCII')
  }
  return wished
}

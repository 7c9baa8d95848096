/**
 * Keys under the names of npm's `btcpay`, so that its shops change nothing but the import.
 *
 * @module
 */

/** @import { Bytes, KeySource } from './key.js' */
import { KeyPair } from './key.js'

/** @returns {KeyPair} a new key; `getPrivate('hex')` is what to keep of it */
export function generate_keypair() {
  return KeyPair.generate()
}

/**
 * @param {KeySource} source what was kept: hexadecimal, bytes (a `Buffer` too), or a key pair
 * @returns {KeyPair}
 */
export function load_keypair(source) {
  return KeyPair.load(source)
}

/**
 * @param {KeySource} key
 * @returns {string} the client's id, its SIN
 */
export function get_sin_from_key(key) {
  return KeyPair.load(key).sin
}

/**
 * @param {string | Uint8Array} message
 * @param {KeySource} key
 * @returns {Bytes} the signature in DER; `toString('hex')` is what `X-Signature` says
 */
export function sign(message, key) {
  return KeyPair.load(key).sign(message)
}

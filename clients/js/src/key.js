/**
 * A client's key: a secp256k1 private key that signs its requests (BitAuth). It holds no money; whoever has it may do in
 * the store what its tokens allow. The key itself is in a private field: it is in no log and in no JSON.
 *
 * The methods are named as those of `elliptic`'s key pair, which npm's `btcpay` gave its shops.
 *
 * @module
 */

import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concat, fromHex, toBase58, toBytes, toHex } from './bytes.js'
import { ripemd160 } from './ripemd160.js'
import { sha256 } from './sha256.js'

/** What a SIN begins with: 0F for what it is, 02 for a key that its owner made alone. */
const SIN = Uint8Array.of(0x0f, 0x02)

/** Bytes that say themselves in hexadecimal, as a Node.js `Buffer` does. */
export class Bytes extends Uint8Array {
  /**
   * @override
   * @param {string} [encoding] `hex`; anything else: numbers with commas, as of any `Uint8Array`
   * @returns {string}
   */
  toString(encoding) {
    return encoding === 'hex' ? toHex(this) : super.toString()
  }

  /** What is cut from it is plain bytes. */
  static get [Symbol.species]() {
    return Uint8Array
  }
}

/** The public half of a key. */
export class PublicKey {
  #point

  /** @param {Uint8Array} compressed 33 bytes */
  constructor(compressed) {
    this.#point = secp256k1.Point.fromBytes(compressed)
  }

  /**
   * @overload
   * @param {'hex'} encoding
   * @returns {string} 66 digits
   */
  /**
   * @overload
   * @returns {Bytes} 33 bytes
   */
  /** @param {'hex'} [encoding] */
  encodeCompressed(encoding) {
    const bytes = Bytes.from(this.#point.toBytes(true))
    return encoding === 'hex' ? toHex(bytes) : bytes
  }

  /**
   * @param {'hex'} _encoding
   * @param {boolean | null} [compact] compressed: 66 digits, not 130
   * @returns {string}
   */
  encode(_encoding, compact = false) {
    return toHex(this.#point.toBytes(Boolean(compact)))
  }
}

/** A private key, and what is made with it. */
export class KeyPair {
  /** @type {Uint8Array} */
  #secret

  /** @param {Uint8Array} secret 32 bytes, above zero and below the curve's order; else a `RangeError` */
  constructor(secret) {
    if (!secp256k1.utils.isValidSecretKey(secret)) throw new RangeError('this is no private key of secp256k1')
    this.#secret = Uint8Array.from(secret)
    const compressed = secp256k1.getPublicKey(this.#secret)
    /** The public key, 66 hexadecimal digits: what `X-Identity` says. */
    this.identity = toHex(compressed)
    /** Its short name, 35 characters beginning with `Tf`: what a server knows the client by. */
    this.sin = sinOf(compressed)
  }

  /** A new key, by the system's randomness. */
  static generate() {
    return new KeyPair(secp256k1.utils.randomSecretKey())
  }

  /**
   * A key that was kept.
   *
   * @param {KeySource} source hexadecimal or bytes (zeros in front may be missing, as `elliptic` leaves them out), or a key
   *   pair, `elliptic`'s too
   * @throws {TypeError | RangeError} if it is none
   */
  static load(source) {
    if (source instanceof KeyPair) return source
    const given = source instanceof Uint8Array ? toHex(source) : source
    const hex = typeof given === 'string' ? given : given?.getPrivate?.('hex')
    // The text itself must be in no message: it may be a key with a slip in it.
    const bytes = typeof hex === 'string' && hex.length <= 64 ? fromHex(hex.padStart(64, '0')) : null
    if (bytes === null) throw new TypeError('a private key is 64 hexadecimal digits, or 32 bytes')
    return new KeyPair(bytes)
  }

  /**
   * The private key: keep it where you keep passwords.
   *
   * @overload
   * @param {'hex'} encoding
   * @returns {string} 64 digits
   */
  /**
   * @overload
   * @returns {bigint}
   */
  /** @param {'hex'} [encoding] */
  getPrivate(encoding) {
    const hex = toHex(this.#secret)
    return encoding === 'hex' ? hex : BigInt(`0x${hex}`)
  }

  /**
   * The public key: an object, or in hexadecimal. As of `elliptic`: uncompressed unless `compact`.
   *
   * @overload
   * @returns {PublicKey}
   */
  /**
   * @overload
   * @param {'hex'} encoding
   * @returns {string}
   */
  /**
   * @overload
   * @param {boolean} compact
   * @param {'hex'} encoding
   * @returns {string}
   */
  /** @param {boolean | 'hex'} [compact] @param {'hex'} [encoding] */
  getPublic(compact, encoding) {
    const key = new PublicKey(secp256k1.getPublicKey(this.#secret))
    if (compact === 'hex') return key.encode('hex')
    return encoding === 'hex' ? key.encode('hex', compact) : key
  }

  /**
   * Signs SHA-256 of a message: the same message, the same signature (RFC 6979), with the lower of its two values of S.
   *
   * @param {string | Uint8Array} message a text is signed as UTF-8
   * @returns {Bytes} DER
   */
  sign(message) {
    return Bytes.from(secp256k1.sign(toBytes(message), this.#secret, { format: 'der' }))
  }
}

/**
 * @typedef {string | Uint8Array | KeyPair | { getPrivate(encoding: 'hex'): string }} KeySource
 */

/**
 * The short name of a public key: base58 of 0F 02, RIPEMD-160 of SHA-256 of the key, and a checksum.
 *
 * @param {Uint8Array} publicKey as it is sent
 */
function sinOf(publicKey) {
  const body = concat(SIN, ripemd160(sha256(publicKey)))
  return toBase58(concat(body, sha256(sha256(body)).slice(0, 4)))
}

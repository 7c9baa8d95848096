// A client's key: its names, its signatures, and the names of npm's `btcpay` for them.

import assert from 'node:assert/strict'
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { crypto, KeyPair } from '../src/index.js'
import { toHex } from '../src/bytes.js'
import { ripemd160 } from '../src/ripemd160.js'
import { sha256 } from '../src/sha256.js'
import { KEYS, RIPEMD160, SIGNED } from './vectors.js'

for (const { secret, identity, sin } of KEYS) {
  test(`the key of ${sin} is known by it`, () => {
    const key = crypto.load_keypair(secret)
    assert.equal(crypto.get_sin_from_key(key), sin)
    assert.equal(key.identity, identity)
    assert.equal(key.getPublic(true, 'hex'), identity)
    assert.equal(key.getPublic().encodeCompressed('hex'), identity)
    assert.equal(toHex(key.getPublic().encodeCompressed()), identity)
    assert.match(key.getPublic('hex'), new RegExp(`^04${identity.slice(2)}[0-9a-f]{64}$`))
    assert.equal(key.getPrivate('hex'), secret)
    assert.equal(key.getPrivate(), BigInt(`0x${secret}`))
  })
}

for (const { message, sha256: digest, low, high } of SIGNED) {
  test(`what is signed is ${message.slice(26)}, always the same, by its lower S`, () => {
    const key = crypto.load_keypair(KEYS[2].secret)
    assert.equal(toHex(sha256(Buffer.from(message))), digest)
    assert.equal(crypto.sign(message, key).toString('hex'), low)
    assert.equal(crypto.sign(Buffer.from(message), key).toString('hex'), low)
    for (const signature of [low, high]) {
      const signed = { format: /** @type {const} */ ('der'), lowS: false }
      const identity = Buffer.from(KEYS[2].identity, 'hex')
      assert.ok(secp256k1.verify(Buffer.from(signature, 'hex'), Buffer.from(message), identity, signed), signature)
    }
  })
}

test('another library verifies what a new key signs', () => {
  for (let n = 0; n < 20; n++) {
    const key = crypto.generate_keypair()
    const message = randomBytes(n * 7)
    const spki = `3056301006072a8648ce3d020106052b8104000a034200${key.getPublic('hex')}`
    const known = createPublicKey({ key: Buffer.from(spki, 'hex'), format: 'der', type: 'spki' })
    assert.ok(verify('sha256', message, known, crypto.sign(message, key)))
  }
})

test('a key that was kept in any form is the same key', () => {
  const secret = `00ab${'7'.repeat(60)}`
  const elliptic = { getPrivate: () => secret.slice(2) }
  const bytes = [Buffer.from(secret, 'hex'), Buffer.from(secret.slice(2), 'hex')]
  for (const kept of [secret, secret.slice(2), secret.toUpperCase(), ...bytes, elliptic]) {
    assert.equal(crypto.load_keypair(kept).getPrivate('hex'), secret)
  }
  const key = crypto.load_keypair(secret)
  assert.equal(crypto.load_keypair(key), key)
})

test('what is no key is refused, and not repeated', () => {
  const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
  const bad = ['', '0', '00'.repeat(32), order, 'f'.repeat(64), 'g'.repeat(64), '1'.repeat(66), Buffer.alloc(33, 1), Buffer.alloc(0)]
  for (const given of [...bad, null, undefined, 7, {}]) {
    const loads = () => crypto.load_keypair(/** @type {any} */ (given))
    assert.throws(loads, (/** @type {Error} */ error) => !/ggg|fff|111/.test(error.message), String(given))
  }
})

test('a key says its secret only to whoever asks for it', () => {
  const key = crypto.load_keypair(KEYS[0].secret)
  for (const said of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)]) {
    assert.ok(!said.includes(KEYS[0].secret.slice(0, 12)), said)
  }
  assert.notEqual(KeyPair.generate().sin, KeyPair.generate().sin)
})

test('RIPEMD-160 is what its authors say', () => {
  for (const [message, digest] of RIPEMD160) assert.equal(toHex(ripemd160(Buffer.from(message))), digest, message)
})

test('both hashes are those of OpenSSL, at every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const message = randomBytes(length)
    for (const [name, hash] of /** @type {const} */ ([['sha256', sha256], ['ripemd160', ripemd160]])) {
      assert.equal(toHex(hash(message)), createHash(name).update(message).digest('hex'), `${name} of ${length} bytes`)
    }
  }
})

// Amounts of bitcoin: every digit counts, none is a float's.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBtc, toSats } from '../src/index.js'

/** @type {[string | number, bigint][]} */
const AMOUNTS = [
  ['0.00040000', 40_000n],
  ['0.00000001', 1n],
  ['0', 0n],
  ['-0.0027', -270_000n],
  ['20999999.97690000', 2_099_999_997_690_000n],
  [0.0004, 40_000n],
  [1e-8, 1n],
  [0.1, 10_000_000n],
  [20999999.99999999, 2_099_999_999_999_999n],
  [-0.0027, -270_000n],
]

for (const [btc, sats] of AMOUNTS) {
  test(`${btc} is ${sats} satoshis`, () => {
    assert.equal(toSats(btc), sats)
    assert.equal(toSats(toBtc(sats)), sats)
  })
}

test('satoshis are said with eight digits', () => {
  assert.deepEqual([0n, 1n, -1n, 40_000n, 2_100_000_000_000_000n].map(toBtc),
    ['0.00000000', '0.00000001', '-0.00000001', '0.00040000', '21000000.00000000'])
})

const NONE = [
  '', '.', '1.', '.5', '1e3', '0.000000001', ' 1', '1 ', '+1', '0x1', '１', NaN, Infinity, 1e-9, 0.1 + 0.2, 1e21,
]

for (const none of NONE) {
  test(`${JSON.stringify(none)} ${none} is no amount`, () => {
    assert.throws(() => toSats(none), RangeError)
  })
}

test('each satoshi up to all that there are comes back from a number', () => {
  // As a panel's JSON has them: the shortest decimal of each.
  for (let sats = 1n; sats <= 2_100_000_000_000_000n; sats = sats * 7n + 3n) assert.equal(toSats(Number(toBtc(sats))), sats)
})

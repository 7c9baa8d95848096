/**
 * Amounts of bitcoin without floats: whole satoshis as `bigint`.
 *
 * BitPay's API says amounts of bitcoin as texts, `"0.00040000"`. The panel's says them as JSON numbers, of which
 * JavaScript makes the nearest double; for every amount of bitcoin that there can be, its eight digits come back exactly.
 *
 * @module
 */

/** In one bitcoin. */
const SATS = 100_000_000n

/**
 * @param {string | number} btc bitcoin, up to eight digits after the point, such as `"0.00040000"` or `-0.0027`
 * @returns {bigint} satoshis
 * @throws {RangeError} if it is no such amount
 */
export function toSats(btc) {
  const text = typeof btc === 'number' ? exactly(btc) : btc
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text)
  if (parts === null) throw new RangeError(`${JSON.stringify(btc)} is no amount of bitcoin`)
  const [, sign, whole, rest = ''] = parts
  const sats = BigInt(whole) * SATS + BigInt(rest.padEnd(8, '0'))
  return sign ? -sats : sats
}

/**
 * @param {bigint} sats
 * @returns {string} bitcoin with eight digits, as BitPay's API says it
 */
export function toBtc(sats) {
  const size = sats < 0n ? -sats : sats
  return `${sats < 0n ? '-' : ''}${size / SATS}.${String(size % SATS).padStart(8, '0')}`
}

/** @param {number} btc */
function exactly(btc) {
  const text = btc.toFixed(8)
  // What has more digits than satoshis is no amount; what is larger than all bitcoin would be said in another form.
  return Number(text) === btc ? text : String(btc)
}

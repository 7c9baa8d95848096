/**
 * What a store's webhook hears: whether it is genuine, and what it says.
 *
 * `Specie-Signature` is `t=SECONDS,v1=HEX`: HMAC-SHA256 over `t.body` with the webhook's secret, `whsec_` included. There
 * are several `v1` after a secret was replaced: one that fits is enough. Web Crypto compares, in constant time.
 *
 * @module
 */

/** @import { WebhookEvent } from './wire/panel.js' */
import { concat, fromHex, toBytes } from './bytes.js'
import { member, WebhookError } from './error.js'

/** How old a signature may be, in seconds. A later attempt of the server is signed anew. */
const TOLERANCE = 300

/** More than a server ever signs with. */
const MOST_SIGNATURES = 16

/**
 * @typedef {object} Received
 * @property {string} secret of the webhook, as it is shown: `whsec_…`
 * @property {string | string[] | null | undefined} signature the header `Specie-Signature`
 * @property {string | Uint8Array | ArrayBuffer} body as it arrived, byte for byte, before it is parsed
 * @property {number} [tolerance] seconds, 300 by default
 * @property {number} [now] seconds since 1970, by default the clock's
 */

/**
 * Reads a webhook that is genuine.
 *
 * @param {Received} received
 * @returns {Promise<WebhookEvent>}
 * @throws {WebhookError} if it is not: answer with 400, and believe nothing of it
 */
export async function readWebhook(received) {
  await verify(received)
  const { body } = received
  const event = parsed(typeof body === 'string' ? body : new TextDecoder().decode(body))
  for (const name of ['id', 'event']) {
    if (typeof member(event, name) !== 'string') throw new WebhookError('it is signed, and it is no event')
  }
  return /** @type {WebhookEvent} */ (event)
}

/**
 * Whether a webhook is genuine.
 *
 * @param {Received} received
 * @returns {Promise<boolean>}
 */
export async function isGenuine(received) {
  try {
    await verify(received)
    return true
  } catch (error) {
    if (error instanceof WebhookError) return false
    throw error
  }
}

/** @param {Received} received */
async function verify({ secret, signature, body, tolerance = TOLERANCE, now = Date.now() / 1000 }) {
  // An empty secret is one that everybody knows.
  if (typeof secret !== 'string' || secret === '') throw new TypeError('the secret of the webhook is missing')
  const { time, signatures } = parts(signature)
  if (!await fits(secret, concat(toBytes(`${time}.`), toBytes(body)), signatures)) {
    throw new WebhookError('it is not signed with this secret')
  }
  // So that what is no number lets nothing in.
  if (Math.abs(now - Number(time)) <= tolerance) return
  throw new WebhookError('it was signed too long ago, or by another clock')
}

/** @param {string | string[] | null | undefined} header */
function parts(header) {
  if (header === null || header === undefined) throw new WebhookError('it has no Specie-Signature')
  const pairs = String(header).split(',', MOST_SIGNATURES + 1).map((part) => {
    const at = part.indexOf('=')
    return { name: part.slice(0, at).trim(), value: part.slice(at + 1).trim() }
  })
  const time = pairs.find(({ name }) => name === 't')?.value ?? ''
  if (!/^\d{1,12}$/.test(time)) throw new WebhookError('its Specie-Signature says no time')
  return { time, signatures: pairs.filter(({ name }) => name === 'v1').map(({ value }) => value) }
}

/**
 * @param {string} secret
 * @param {Uint8Array<ArrayBuffer>} message
 * @param {string[]} signatures
 */
async function fits(secret, message, signatures) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', toBytes(secret), algorithm, false, ['verify'])
  const checks = signatures.map(async (signature) => {
    const bytes = fromHex(signature)
    return bytes !== null && crypto.subtle.verify('HMAC', key, bytes, message)
  })
  return (await Promise.all(checks)).includes(true)
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What comes unsigned: BitPay's notifications (IPN), flat and named, and the events of an invoice's own `webhook_url`.
 *
 * Anybody can post them. They say which invoice to look at; what it is worth is what the server says of it when it is
 * asked.
 *
 * @module
 */

import { member } from './error.js'

/**
 * @typedef {object} Notification
 * @property {string} id the invoice's id: fetch it with `getInvoice`, or with a panel's client by its number
 * @property {string | null} status what it is said to be: a hint
 * @property {number | null} code such as 1003, of a named notification
 * @property {string | null} name `invoice_paidInFull`, or `invoice.paid`
 * @property {Record<string, unknown>} data all that was said of the invoice
 */

/**
 * @param {string | Uint8Array | ArrayBuffer | object} body as it arrived, or parsed
 * @returns {Notification}
 * @throws {TypeError} if it is no notification
 */
export function readNotification(body) {
  const said = isText(body) ? parsed(typeof body === 'string' ? body : new TextDecoder().decode(body)) : body
  const event = member(said, 'event')
  const data = event === undefined ? said : member(said, 'data')
  const id = member(data, 'id')
  if (!(typeof id === 'string' ? id : Number.isSafeInteger(id))) {
    throw new TypeError('this is no notification of an invoice')
  }
  const code = member(event, 'code')
  return {
    id: String(id),
    status: text(member(data, 'status')),
    code: typeof code === 'number' ? code : null,
    name: text(typeof event === 'string' ? event : member(event, 'name')),
    data: /** @type {Record<string, unknown>} */ (data),
  }
}

/** @param {unknown} body @returns {body is string | Uint8Array | ArrayBuffer} */
function isText(body) {
  return typeof body === 'string' || body instanceof Uint8Array || body instanceof ArrayBuffer
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' ? value : null
}

/** @param {string} body @returns {unknown} */
function parsed(body) {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

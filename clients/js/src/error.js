/**
 * What went wrong with a call, in one class: what the server refused, and what never came to an answer.
 *
 * No error carries credentials: neither the headers of the request nor the query of its address.
 *
 * @module
 */

/**
 * `REFUSED`: the server answered with an error. `NO_ANSWER`: it could not be reached, or the connection broke.
 * `TIMEOUT`: the answer took too long. `REDIRECT`: it sent us elsewhere, where we do not go. `BAD_ANSWER`: what it
 * answered is nothing that its API says, or too long.
 *
 * @typedef {'REFUSED' | 'NO_ANSWER' | 'TIMEOUT' | 'REDIRECT' | 'BAD_ANSWER'} ErrorCode
 */

/**
 * @typedef {object} Told
 * @property {number} [status]
 * @property {string | null} [requestId]
 * @property {number | null} [retryAfter]
 * @property {unknown} [body]
 * @property {unknown} [cause]
 */

/** A call that failed. `message` is the server's own word where it said one. */
export class SpecieError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {Told} [told]
   */
  constructor(code, message, told = {}) {
    super(message, told.cause === undefined ? undefined : { cause: told.cause })
    this.name = 'SpecieError'
    /** What kind of failure it is. @type {ErrorCode} */
    this.code = code
    /** The HTTP status; 0 if nothing was answered. @type {number} */
    this.status = told.status ?? 0
    /** What the server calls the request: its operator's log knows it by this. @type {string | null} */
    this.requestId = told.requestId ?? null
    /** After how many seconds the server wants to be asked again, if it said so. @type {number | null} */
    this.retryAfter = told.retryAfter ?? null
    /** What was wrong with each field, if the panel's API said so. @type {Record<string, string[]> | null} */
    this.fields = fieldsOf(told.body)
    /** The answer's body as JSON, if it was any: under the name of npm's `btcpay`. @type {unknown} */
    this.error = told.body
  }

  /** The status, under the name of npm's `btcpay`. */
  get statusCode() {
    return this.status
  }
}

/** A webhook that is not what it says it is; nothing in it is to be believed. */
export class WebhookError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message)
    this.name = 'WebhookError'
  }
}

/**
 * What an answer with a status of an error says.
 *
 * @param {number} status
 * @param {unknown} body its JSON, or `undefined`
 * @returns {string}
 */
export function wordsOf(status, body) {
  for (const said of [member(body, 'error'), member(member(body, 'error'), 'message'), member(body, 'message')]) {
    // Without what would move a terminal's cursor; and no book.
    if (typeof said === 'string' && said) return said.slice(0, 1000).replace(/[^\P{Cc}\n\t]/gu, ' ')
  }
  return `the server answered ${status}`
}

/** @param {unknown} body */
function fieldsOf(body) {
  const errors = member(body, 'errors')
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return null
  return /** @type {Record<string, string[]>} */ (errors)
}

/**
 * A member of a JSON object: its own, never one that all objects have.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {unknown} `undefined` if there is none
 */
export function member(value, name) {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return /** @type {Record<string, unknown>} */ (value)[name]
}

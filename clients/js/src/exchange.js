/**
 * One request and its answer over `fetch`, repeated where that does no harm.
 *
 * A redirect is never followed: it would take signatures and tokens to another host. An answer is read up to a limit, in a
 * limited time, and is JSON or an error.
 *
 * @module
 */

import { SpecieError, wordsOf } from './error.js'
import { deadline, pauseBefore, retryAfter, sleep } from './patience.js'

/**
 * @typedef {object} Settings
 * @property {number} timeout how long one attempt may take, in milliseconds
 * @property {number} retries how many further attempts are made
 * @property {number} largestAnswer bytes
 * @property {typeof globalThis.fetch} fetch
 */

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers
 * @property {string} [body]
 * @property {boolean} repeatable it may be sent again: it changes nothing, or has an idempotency key
 * @property {AbortSignal} [signal] ends the call; its reason is thrown
 */

/** What may pass by itself: too many at once, or a server that is starting or behind another that waits for it. */
const PASSING = new Set([429, 502, 503, 504])

/** What callers may set, with what is taken if they do not. */
const DEFAULTS = { timeout: 30_000, retries: 2, largestAnswer: 64 * 1024 * 1024 }

/**
 * @param {Partial<Settings>} [wished]
 * @returns {Settings}
 */
export function settings(wished = {}) {
  const { timeout, retries, largestAnswer } = DEFAULTS
  return {
    timeout: wished.timeout ?? timeout,
    retries: wished.retries ?? retries,
    largestAnswer: wished.largestAnswer ?? largestAnswer,
    // A browser's own wants to be called as the window's.
    fetch: wished.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  }
}

/**
 * Sends a request, again if it may be sent again and the failure may pass.
 *
 * @param {Settings} settings
 * @param {Request} request
 * @returns {Promise<unknown>} the answer's JSON
 * @throws {SpecieError} or the reason of the caller's own signal
 */
export async function exchange(settings, request) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(settings, request)
    } catch (error) {
      if (!(error instanceof SpecieError)) throw error
      if (!request.repeatable || !isPassing(error) || attempt >= settings.retries) throw error
      const pause = pauseBefore(attempt, error.retryAfter)
      if (pause === null) throw error
      await sleep(pause, request.signal)
    }
  }
}

/** @param {SpecieError} error */
function isPassing({ code, status }) {
  return code === 'NO_ANSWER' || code === 'TIMEOUT' || (code === 'REFUSED' && PASSING.has(status))
}

/** @param {Settings} settings @param {Request} request */
async function once(settings, request) {
  const { method, url, headers, body, signal: caller } = request
  const limit = deadline(settings.timeout, caller)
  try {
    const { fetch } = settings
    const response = await fetch(url, {
      method, headers, body, signal: limit.signal, redirect: 'manual', credentials: 'omit',
    })
    refuseRedirect(response)
    return understood(response, await text(response, settings.largestAnswer))
  } catch (error) {
    if (caller?.aborted) throw caller.reason
    if (error instanceof SpecieError) throw error
    if (limit.isLate()) throw new SpecieError('TIMEOUT', `no answer within ${settings.timeout} ms`)
    throw new SpecieError('NO_ANSWER', `no answer: ${reason(error)}`, { cause: error })
  } finally {
    limit.over()
  }
}

/** @param {Response} response */
function refuseRedirect(response) {
  // A browser shows nothing of it but that it is one.
  if (response.type !== 'opaqueredirect' && (response.status < 300 || response.status > 399)) return
  response.body?.cancel().catch(() => {})
  const message = 'the server sent us to another address, and credentials are not taken there: is the address right?'
  throw new SpecieError('REDIRECT', message, { status: response.status, requestId: response.headers.get('request-id') })
}

/**
 * @param {Response} response
 * @param {number} largest bytes
 */
async function text(response, largest) {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let [read, said] = [0, '']
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return said + decoder.decode()
    read += value.byteLength
    if (read > largest) {
      // What becomes of the rest is nobody's business any more.
      reader.cancel().catch(() => {})
      throw new SpecieError('BAD_ANSWER', `the answer is longer than ${largest} bytes`, { status: response.status })
    }
    said += decoder.decode(value, { stream: true })
  }
}

/**
 * @param {Response} response
 * @param {string} said
 * @returns {unknown}
 */
function understood(response, said) {
  const json = parsed(said)
  const told = { status: response.status, requestId: response.headers.get('request-id'), body: json }
  if (response.ok) {
    if (json !== undefined) return json
    const type = response.headers.get('content-type')?.slice(0, 100) ?? 'nothing named'
    throw new SpecieError('BAD_ANSWER', `the answer is not JSON but ${type}: is the address right?`, told)
  }
  const wait = retryAfter(response.headers.get('retry-after'))
  throw new SpecieError('REFUSED', wordsOf(response.status, json), { ...told, retryAfter: wait })
}

/** @param {string} said @returns {unknown} */
function parsed(said) {
  try {
    return JSON.parse(said)
  } catch {
    return undefined
  }
}

/** @param {unknown} error */
function reason(error) {
  const inner = error instanceof Error ? (error.cause ?? error) : error
  return inner instanceof Error ? inner.message || inner.name : String(inner)
}

/**
 * How long is waited: for an answer, and between two attempts. A caller's own `AbortSignal` ends either at once.
 *
 * @module
 */

/** The first pause, in milliseconds; each one after it is twice as long. */
const FIRST_PAUSE = 250

/** Nobody waits longer than this between two attempts, in milliseconds, whatever a server asks for. */
const LONGEST_PAUSE = 30_000

/** What a timer can be set to: more would be none at all. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * A signal that ends when the time is over or the caller says so. `over` has to be called when it is not needed any more.
 *
 * @param {number} timeout milliseconds
 * @param {AbortSignal} [caller]
 */
export function deadline(timeout, caller) {
  const both = new AbortController()
  let late = false
  const abort = () => both.abort(caller?.reason)
  const timer = setTimeout(() => {
    late = true
    both.abort()
  }, Math.min(timeout, LONGEST_TIMER))
  if (caller?.aborted) abort()
  caller?.addEventListener('abort', abort)
  return {
    signal: both.signal,
    /** Whether it was the time. */
    isLate: () => late,
    over: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    },
  }
}

/**
 * @param {number} attempt how many were made before, from 0
 * @param {number | null} wished seconds that the server asks for
 * @returns {number | null} milliseconds; `null` if that is longer than anybody waits
 */
export function pauseBefore(attempt, wished) {
  // Many clients that failed together must not come back together.
  const own = FIRST_PAUSE * 2 ** attempt * (0.5 + Math.random() / 2)
  const pause = Math.max(own, (wished ?? 0) * 1000)
  return pause > LONGEST_PAUSE ? null : pause
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>} rejected with the signal's reason if it ends
 */
export function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const wake = () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    const timer = setTimeout(wake, Math.min(milliseconds, LONGEST_TIMER))
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/**
 * @param {string | null} header `Retry-After`: seconds, or a date
 * @param {number} [now] milliseconds since 1970
 * @returns {number | null} seconds
 */
export function retryAfter(header, now = Date.now()) {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}

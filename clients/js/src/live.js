/**
 * An invoice's checkout as it goes on: its state now, and after each change.
 *
 * Where there is a `WebSocket` (browsers, Deno, Node.js from 22) the server says when it is worth asking; what was missed,
 * and everywhere else all of it, is found by asking every few seconds. No credentials are needed, and none are sent.
 *
 * @module
 */

/** @import { CheckoutState } from './wire/bitpay.js' */
/** @import { Settings } from './exchange.js' */
import { address, serverAddress } from './address.js'
import { member, SpecieError } from './error.js'
import { exchange, settings } from './exchange.js'
import { sleep } from './patience.js'

/** How often is asked, in milliseconds, if nobody says when; and if somebody does, all the same. */
const INTERVAL = 3_000
const WITH_SOCKET = 30_000

/** After these nothing more is to be paid. */
const OVER = new Set(['complete', 'expired', 'invalid'])

/** What makes a state another one. The seconds that are left do not. */
const TELLING = [
  'status', 'exceptionStatus', 'address', 'due', 'paid', 'orderAmount', 'txCount', 'requiredConfirmations',
  'receivedConfirmations',
]

/**
 * How an invoice's checkout stands, now and after each change, until it is complete, expired or invalid. An expired one
 * may be renewed by its buyer: watch it anew then.
 *
 * @param {string | URL} url the server's address
 * @param {string} id the invoice's
 * @param {Partial<Settings> & { signal?: AbortSignal, interval?: number }} [options] `interval` in milliseconds, if nobody
 *   says when to ask
 * @returns {AsyncGenerator<CheckoutState, void, void>}
 */
export async function* watchInvoice(url, id, options = {}) {
  const { signal, interval = INTERVAL } = options
  const server = serverAddress(url)
  const asked = {
    method: 'GET', repeatable: true, signal,
    url: address(server, ['i', id, 'status']),
    headers: { Accept: 'application/json' },
  }
  const bell = new Bell(address(server, ['i', id, 'status', 'ws']).replace(/^http/, 'ws'))
  try {
    for (let told; ; ) {
      const state = stateOf(await exchange(settings(options), asked))
      const telling = JSON.stringify(TELLING.map((name) => state[name]))
      if (telling !== told) yield state
      told = telling
      if (OVER.has(state.status)) return
      await bell.rings(interval, signal)
    }
  } finally {
    bell.close()
  }
}

/** @param {unknown} answer @returns {CheckoutState} */
function stateOf(answer) {
  if (typeof member(answer, 'status') === 'string') return /** @type {CheckoutState} */ (answer)
  throw new SpecieError('BAD_ANSWER', 'the answer is no state of a checkout', { status: 200 })
}

/** Rings when the server says that something changed. Silent where there is no `WebSocket`, or none is had. */
class Bell {
  /** @type {WebSocket | null} */
  #socket = null
  /** It rang while nobody waited. */
  #rang = false
  #wake = () => {}

  /** @param {string} url */
  constructor(url) {
    if (typeof WebSocket === 'undefined') return
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    // A text is only a sign of life.
    socket.addEventListener('message', ({ data }) => typeof data !== 'string' && this.#ring())
    socket.addEventListener('close', () => this.#lost())
    socket.addEventListener('error', () => this.#lost())
    this.#socket = socket
  }

  /**
   * Until it rings, or it is time to ask all the same.
   *
   * @param {number} interval milliseconds, while nothing would ring
   * @param {AbortSignal} [signal]
   */
  async rings(interval, signal) {
    const rang = new Promise((resolve) => { this.#wake = () => resolve(undefined) })
    if (this.#rang) this.#wake()
    const over = new AbortController()
    const end = () => over.abort(signal?.reason)
    if (signal?.aborted) end()
    signal?.addEventListener('abort', end)
    try {
      await Promise.race([rang, sleep(this.#socket === null ? interval : Math.max(interval, WITH_SOCKET), over.signal)])
    } finally {
      signal?.removeEventListener('abort', end)
      over.abort()
      this.#rang = false
    }
  }

  close() {
    this.#socket?.close()
  }

  #ring() {
    this.#rang = true
    this.#wake()
  }

  /** It may have been lost with a change untold. */
  #lost() {
    if (this.#socket === null) return
    this.#socket = null
    this.#ring()
  }
}

/**
 * An invoice as it goes on: as it is now, and after each change.
 *
 * Where there is a `WebSocket` (browsers, Deno, Node.js from 22) the server says when it is worth asking; what was missed,
 * and everywhere else all of it, is found by asking every few seconds. The socket says nothing but that, and needs no
 * credentials.
 *
 * @module
 */

/** @import { Invoice } from './wire/bitpay.js' */
import { address } from './address.js'
import { sleep } from './patience.js'

/** How often is asked, in milliseconds, if nobody says when; and if somebody does, all the same. */
const INTERVAL = 3_000
const WITH_SOCKET = 30_000

/** After these nothing more is to be paid. */
const OVER = new Set(['complete', 'expired', 'invalid'])

/** What makes an invoice another one than before. The time of the answer does not. */
const TELLING = [
  'status', 'exceptionStatus', 'price', 'btcPrice', 'btcPaid', 'btcDue', 'bitcoinAddress', 'expirationTime', 'transactions',
]

/**
 * @param {string} server its address
 * @param {string} id the invoice's
 * @param {() => Promise<Invoice>} read asks for it
 * @param {{ signal?: AbortSignal, interval?: number }} [options] `interval` in milliseconds, if nobody says when to ask
 * @returns {AsyncGenerator<Invoice, void, void>} until it is complete, expired or invalid
 */
export async function* watch(server, id, read, { signal, interval = INTERVAL } = {}) {
  const bell = new Bell(address(server, ['i', id, 'status', 'ws']).replace(/^http/, 'ws'))
  try {
    for (let told; ; ) {
      const invoice = await read()
      const telling = JSON.stringify(TELLING.map((name) => invoice[name]))
      if (telling !== told) yield invoice
      told = telling
      if (OVER.has(invoice.status)) return
      await bell.rings(interval, signal)
    }
  } finally {
    bell.close()
  }
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

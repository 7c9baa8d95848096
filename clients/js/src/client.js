/**
 * A shop's client of BitPay's API, as Specie, BTCPay Server and BitPay serve it: one method for each call.
 *
 * What a call asks is signed by the client's key, over the address and the body exactly as they are sent. Answers are
 * given as they came: a field that is not known here is there, an unknown status is a text like any other.
 *
 * @module
 */

/** @import * as Wire from './wire/bitpay.js' */
/** @import { Query } from './address.js' */
/** @import { KeySource } from './key.js' */
/** @import { Settings } from './exchange.js' */
import { address, serverAddress } from './address.js'
import { idempotencyKey, json } from './body.js'
import { member, SpecieError } from './error.js'
import { exchange, settings } from './exchange.js'
import { KeyPair } from './key.js'
import { watch } from './live.js'

/**
 * @typedef {object} Credentials
 * @property {KeySource} [key] the client's key: it signs
 * @property {Record<string, string>} [tokens] what pairing gave, by facade: `{ merchant: '…' }`
 * @property {string} [apiKey] the store's legacy API key, instead of a key
 * @property {string} [storeId] the store, for those who have neither
 */

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] ends the call; its reason is thrown
 * @property {number} [timeout] for one attempt, in milliseconds, instead of the client's
 * @property {number} [retries] further attempts, instead of the client's
 * @property {string} [token] instead of the client's own
 * @property {string} [idempotencyKey] of a call that changes something, instead of a new one: the same call under the same
 *   key is done once
 */

/**
 * @typedef {object} Asked
 * @property {'GET' | 'POST' | 'DELETE'} method
 * @property {readonly (string | number | bigint)[]} path
 * @property {Query} [query]
 * @property {object} [body]
 * @property {boolean} [unnamed] without credentials
 * @property {boolean} [tokenless] signed, and without a token
 */

/** A client of one store. */
export class SpecieClient {
  #key
  #authorization
  #settings

  /**
   * @param {string | URL} url the server's address
   * @param {Credentials & Partial<Settings>} [options] who asks, and how patiently
   */
  constructor(url, options = {}) {
    const { key, tokens = {}, apiKey, storeId } = options
    this.#key = key === undefined ? null : KeyPair.load(key)
    this.#authorization = apiKey === undefined ? null : `Basic ${btoa(apiKey)}`
    this.#settings = settings(options)
    /** The server's address, without a slash at its end. */
    this.url = serverAddress(url)
    /** The tokens, by facade: keep them, or pair again. */
    this.tokens = { ...tokens }
    /** The store that is named where nobody signs. */
    this.storeId = storeId
    /** What the server knows the client by: its SIN. `null` without a key. */
    this.clientId = this.#key?.sin ?? null
  }

  /**
   * Claims a pairing code that somebody made at the store. From then on the client acts for that store.
   *
   * @param {string} code seven characters
   * @param {{ label?: string } & CallOptions} [options]
   * @returns {Promise<Wire.Token>}
   */
  async pair(code, { label, ...call } = {}) {
    const [token] = await this.#tokens({ pairingCode: code, label }, call)
    // As an own member, whatever the facade is called.
    this.tokens = { ...this.tokens, [token.facade]: token.token }
    return token
  }

  /**
   * Asks for a token; somebody with a store has to approve it, at `approvalUrl` of its `pairingCode`. The client keeps it
   * unless it has one of that facade.
   *
   * @param {{ facade?: Wire.Facade, label?: string } & CallOptions} [options]
   * @returns {Promise<Wire.Token>}
   */
  async requestPairing({ facade = 'merchant', label, ...call } = {}) {
    const [token] = await this.#tokens({ facade, label }, call)
    // One that may be good already is not given up for one that nobody approved yet.
    if (!Object.hasOwn(this.tokens, token.facade)) this.tokens = { ...this.tokens, [token.facade]: token.token }
    return token
  }

  /**
   * @param {string} code of `requestPairing`
   * @returns {string} the page at which a person approves it
   */
  approvalUrl(code) {
    return address(this.url, ['api-access-request'], { pairingCode: code })
  }

  /**
   * What this client may do: an object for each facade, with its token. Empty until it is paired.
   *
   * @param {CallOptions} [call]
   * @returns {Promise<Record<string, string>[]>}
   */
  getTokens(call) {
    return this.#data({ method: 'GET', path: ['tokens'], tokenless: true }, call)
  }

  /**
   * @param {Wire.NewInvoice} invoice
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Invoice>}
   */
  async createInvoice(invoice, call) {
    // Without a price it would take any amount, which nobody means by a variable that was not set.
    if ('price' in invoice && invoice.price === undefined) throw new TypeError('price is undefined')
    return this.#data({ method: 'POST', path: ['invoices'], query: this.#store(), body: invoice }, call)
  }

  /**
   * @param {string} id
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Invoice>}
   */
  getInvoice(id, call) {
    return this.#data({ method: 'GET', path: ['invoices', id] }, call)
  }

  /**
   * What anyone may know of an invoice: without buyer, payments and tokens.
   *
   * @param {string} id
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Invoice>}
   */
  getPublicInvoice(id, call) {
    return this.#data({ method: 'GET', path: ['invoices', id], unnamed: true }, call)
  }

  /**
   * The store's invoices, newest first.
   *
   * @param {Wire.InvoiceFilter} [filter]
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Invoice[]>}
   */
  getInvoices(filter, call) {
    return this.#data({ method: 'GET', path: ['invoices'], query: { ...filter } }, call)
  }

  /**
   * Takes what came for what was asked.
   *
   * @param {string} id
   * @param {Wire.AdjustmentType} type
   * @param {{ commit?: boolean } & CallOptions} [options] `commit: false` only shows what would come of it
   * @returns {Promise<Wire.Invoice>}
   */
  adjustInvoice(id, type, { commit, ...call } = {}) {
    return this.#data({ method: 'POST', path: ['invoices', id, 'adjustments'], body: { type, commit } }, call)
  }

  /**
   * Has the shop told once more how an invoice stands.
   *
   * @param {string} id
   * @param {CallOptions} [call]
   * @returns {Promise<string>} `"Success"`
   */
  resendNotification(id, call) {
    return this.#data({ method: 'POST', path: ['invoices', id, 'notifications'], body: {} }, call)
  }

  /**
   * @param {string} invoice
   * @param {Wire.NewRefund} [refund]
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Refund>}
   */
  async createRefund(invoice, refund = {}, call) {
    // Without an amount all of it goes back.
    if ('amount' in refund && refund.amount === undefined) throw new TypeError('amount is undefined')
    return this.#data({ method: 'POST', path: ['invoices', invoice, 'refunds'], body: refund }, call)
  }

  /**
   * @param {string} invoice
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Refund[]>} in the order in which they were asked
   */
  getRefunds(invoice, call) {
    return this.#data({ method: 'GET', path: ['invoices', invoice, 'refunds'] }, call)
  }

  /**
   * @param {string} invoice
   * @param {string} refund
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Refund>}
   */
  getRefund(invoice, refund, call) {
    return this.#data({ method: 'GET', path: ['invoices', invoice, 'refunds', refund] }, call)
  }

  /**
   * It is not given back after all. Not once it was signed for.
   *
   * @param {string} invoice
   * @param {string} refund
   * @param {CallOptions} [call]
   * @returns {Promise<string>} `"Success"`
   */
  cancelRefund(invoice, refund, call) {
    return this.#data({ method: 'DELETE', path: ['invoices', invoice, 'refunds', refund] }, call)
  }

  /**
   * What a bitcoin is worth: in all currencies that the store has, or in those of these pairs (`BTC_USD`).
   *
   * @param {{ currencyPairs?: readonly string[], storeId?: string } & CallOptions} [options]
   * @returns {Promise<Wire.Rate[]>}
   */
  getRates({ currencyPairs, storeId, ...call } = {}) {
    const query = { currencyPairs, storeId: storeId ?? this.#store().storeId }
    return this.#data({ method: 'GET', path: ['rates'], query }, call)
  }

  /**
   * @param {string} base `BTC`
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Rate[]>}
   */
  getRatesOf(base, call) {
    return this.#data({ method: 'GET', path: ['rates', base], query: this.#store() }, call)
  }

  /**
   * @param {string} base `BTC`
   * @param {string} currency `USD`
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Rate>}
   */
  getRate(base, currency, call) {
    return this.#data({ method: 'GET', path: ['rates', base, currency], query: this.#store() }, call)
  }

  /**
   * What prices can be in.
   *
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Currency[]>}
   */
  getCurrencies(call) {
    return this.#data({ method: 'GET', path: ['currencies'], unnamed: true }, call)
  }

  /**
   * What the store earned.
   *
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.Ledger[]>}
   */
  getLedgers(call) {
    return this.#data({ method: 'GET', path: ['ledgers'] }, call)
  }

  /**
   * The entries that add up to a balance, oldest first.
   *
   * @param {string} currency `BTC`
   * @param {Wire.LedgerFilter} [filter]
   * @param {CallOptions} [call]
   * @returns {Promise<Wire.LedgerEntry[]>}
   */
  async getLedger(currency, filter, call) {
    const answer = await this.#send({ method: 'GET', path: ['ledgers', currency], query: { ...filter } }, call)
    // The one list that comes bare.
    if (Array.isArray(answer)) return answer
    throw new SpecieError('BAD_ANSWER', 'the answer is no list', { status: 200 })
  }

  /**
   * An invoice as it is now, and after each change, until it is complete, expired or invalid. An expired one may be renewed
   * by its buyer: watch it anew then.
   *
   * @param {string} id
   * @param {{ signal?: AbortSignal, interval?: number }} [options] `interval` in milliseconds: how often to ask where nobody
   *   says when
   * @returns {AsyncGenerator<Wire.Invoice, void, void>}
   */
  watchInvoice(id, { signal, interval } = {}) {
    return watch(this.url, id, () => this.getInvoice(id, { signal }), { signal, interval })
  }

  /** @param {object} asked @param {CallOptions} call @returns {Promise<Wire.Token[]>} */
  async #tokens(asked, call) {
    const body = { id: this.clientId ?? undefined, ...asked }
    const tokens = await this.#data({ method: 'POST', path: ['tokens'], body, unnamed: true }, call)
    const token = Array.isArray(tokens) ? tokens[0] : undefined
    if (typeof member(token, 'token') === 'string' && typeof member(token, 'facade') === 'string') return tokens
    throw new SpecieError('BAD_ANSWER', 'the answer has no token', { status: 200 })
  }

  /** Names the store where credentials do not. */
  #store() {
    const named = this.#key !== null || this.#authorization !== null
    return { storeId: named ? undefined : this.storeId }
  }

  /**
   * @param {Asked} asked
   * @param {CallOptions} [call]
   * @returns {Promise<any>} the `data` of the answer
   */
  async #data(asked, call) {
    const data = member(await this.#send(asked, call), 'data')
    if (data !== undefined) return data
    throw new SpecieError('BAD_ANSWER', 'the answer has no data', { status: 200 })
  }

  /** The token that opens most. @returns {string | undefined} */
  #best() {
    const { merchant, pos, ...others } = this.tokens
    return merchant ?? pos ?? Object.values(others)[0]
  }

  /** @param {Asked} asked @param {CallOptions} [call] @returns {Promise<unknown>} */
  async #send({ method, path, query, body, unnamed, tokenless }, call = {}) {
    const token = unnamed || tokenless || !this.#key ? undefined : (call.token ?? this.#best())
    const posted = method === 'POST'
    const url = address(this.url, path, posted ? query : { ...query, token })
    const text = posted ? json({ ...body, ...(token === undefined ? {} : { token }) }) : undefined
    const headers = { ...this.#headers(unnamed ? null : `${url}${text ?? ''}`) }
    if (posted) headers['Idempotency-Key'] = idempotencyKey(call.idempotencyKey)
    const { timeout = this.#settings.timeout, retries = this.#settings.retries, signal } = call
    const repeatable = method === 'GET' || posted
    return exchange({ ...this.#settings, timeout, retries }, { method, url, headers, body: text, repeatable, signal })
  }

  /**
   * @param {string | null} signed what a signature covers; `null`: nobody is named
   * @returns {Record<string, string>}
   */
  #headers(signed) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Accept-Version': '2.0.0' }
    if (signed === null) return headers
    if (this.#key) {
      const signature = this.#key.sign(signed).toString('hex')
      return { ...headers, 'X-Identity': this.#key.identity, 'X-Signature': signature }
    }
    return this.#authorization ? { ...headers, Authorization: this.#authorization } : headers
  }
}

/**
 * What anyone may know of an invoice, now and after each change: `watchInvoice` of a client without credentials.
 *
 * @param {string | URL} url the server's address
 * @param {string} id the invoice's
 * @param {Partial<Settings> & { signal?: AbortSignal, interval?: number }} [options]
 * @returns {AsyncGenerator<Wire.Invoice, void, void>}
 */
export function watchInvoice(url, id, options = {}) {
  return new SpecieClient(url, settings(options)).watchInvoice(id, options)
}

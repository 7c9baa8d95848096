/**
 * A client of the panel's API, `/api/v1`: stores and invoices by small numbers, with one token.
 *
 * @module
 */

/** @import * as Wire from './wire/panel.js' */
/** @import { Query } from './address.js' */
/** @import { Settings } from './exchange.js' */
import { address, serverAddress } from './address.js'
import { idempotencyKey, json } from './body.js'
import { member, SpecieError } from './error.js'
import { exchange, settings } from './exchange.js'
import { items, page } from './pages.js'

/**
 * @typedef {object} PanelCallOptions
 * @property {AbortSignal} [signal] ends the call; its reason is thrown
 * @property {number} [timeout] for one attempt, in milliseconds, instead of the client's
 * @property {number} [retries] further attempts, instead of the client's
 * @property {string} [idempotencyKey] of a call that changes something, instead of a new one
 */

/** A store's or an invoice's number. @typedef {number | string} Id */

/** A client of all stores that a token opens. */
export class PanelClient {
  #authorization
  #settings

  /**
   * @param {string | URL} url the server's address
   * @param {string} token from the dashboard, under **Account**
   * @param {Partial<Settings>} [options]
   */
  constructor(url, token, options = {}) {
    // It goes into a header: no line break may.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new TypeError('this is no API token')
    this.#authorization = `Bearer ${token}`
    this.#settings = settings(options)
    /** The server's address, without a slash at its end. */
    this.url = serverAddress(url)
  }

  /**
   * One page of the stores, newest first.
   *
   * @param {{ perPage?: number, cursor?: string }} [filter]
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Page<Wire.Store>>}
   */
  async listStores(filter = {}, call) {
    return page(await this.#send('GET', ['stores'], { query: pageOf(filter) }, call))
  }

  /**
   * All stores, fetched page by page.
   *
   * @param {{ perPage?: number }} [filter]
   * @param {PanelCallOptions} [call]
   * @returns {AsyncGenerator<Wire.Store, void, void>}
   */
  stores(filter = {}, call) {
    return items((cursor) => this.listStores({ ...filter, cursor }, call))
  }

  /** @param {Id} id @param {PanelCallOptions} [call] @returns {Promise<Wire.Store>} */
  getStore(id, call) {
    return this.#data('GET', ['stores', id], {}, call)
  }

  /**
   * A merchant's metrics, of all stores and of each.
   *
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.StoresSummary>}
   */
  summary(call) {
    return this.#data('GET', ['balance-or-summary'], {}, call)
  }

  /**
   * One page of a store's invoices, newest first.
   *
   * @param {Id} store
   * @param {Wire.PanelInvoiceFilter} [filter]
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Page<Wire.PanelInvoice>>}
   */
  async listInvoices(store, filter = {}, call) {
    const { status, orderId, archived, from, to, search, perPage, cursor, ...unknown } = filter
    const [name] = Object.keys(unknown)
    // Passed over, every invoice would be found.
    if (name !== undefined) throw new TypeError(`invoices are not filtered by ${name}`)
    const query = { status, order_id: orderId, archived, from, to, search, ...pageOf({ perPage, cursor }) }
    return page(await this.#send('GET', ['stores', store, 'invoices'], { query }, call))
  }

  /**
   * All of a store's invoices that a filter lets through, fetched page by page.
   *
   * @param {Id} store
   * @param {Omit<Wire.PanelInvoiceFilter, 'cursor'>} [filter]
   * @param {PanelCallOptions} [call]
   * @returns {AsyncGenerator<Wire.PanelInvoice, void, void>}
   */
  invoices(store, filter = {}, call) {
    return items((cursor) => this.listInvoices(store, { ...filter, cursor }, call))
  }

  /**
   * @param {Id} store
   * @param {Wire.NewPanelInvoice} invoice
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.PanelInvoice>}
   */
  createInvoice(store, invoice, call) {
    return this.#data('POST', ['stores', store, 'invoices'], { body: invoice }, call)
  }

  /** @param {Id} number @param {PanelCallOptions} [call] @returns {Promise<Wire.PanelInvoice>} */
  getInvoice(number, call) {
    return this.#data('GET', ['invoices', number], {}, call)
  }

  /**
   * Your decision over an invoice that was paid in another way, or not at all.
   *
   * @param {Id} number
   * @param {'complete' | 'invalid'} status
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.PanelInvoice>}
   */
  markInvoice(number, status, call) {
    return this.#data('POST', ['invoices', number, 'mark'], { body: { status } }, call)
  }

  /**
   * Puts an invoice out of sight of lists.
   *
   * @param {Id} number
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.PanelInvoice>}
   */
  archiveInvoice(number, call) {
    return this.#data('POST', ['invoices', number, 'archive'], {}, call)
  }

  /**
   * Puts it back.
   *
   * @param {Id} number
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.PanelInvoice>}
   */
  unarchiveInvoice(number, call) {
    return this.#data('POST', ['invoices', number, 'unarchive'], {}, call)
  }

  /**
   * Makes something happen to an invoice of a practice store.
   *
   * @param {Id} number
   * @param {Wire.Scenario} scenario
   * @param {{ amount?: string | number, blocks?: number } & PanelCallOptions} [options] `amount` in bitcoin
   * @returns {Promise<Wire.PanelInvoice>} once it shows
   */
  practice(number, scenario, { amount, blocks, ...call } = {}) {
    return this.#data('POST', ['invoices', number, 'practice'], { body: { scenario, amount, blocks } }, call)
  }

  /** @param {Id} store @param {PanelCallOptions} [call] @returns {Promise<Wire.Webhook[]>} newest first */
  listWebhooks(store, call) {
    return this.#data('GET', ['stores', store, 'webhooks'], {}, call)
  }

  /**
   * @param {Id} store
   * @param {Wire.NewWebhook} webhook
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook & { secret: string }>} the one answer that has the secret: keep it
   */
  createWebhook(store, webhook, call) {
    return this.#data('POST', ['stores', store, 'webhooks'], { body: webhook }, call)
  }

  /**
   * @param {Id} store
   * @param {Id} webhook
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook>}
   */
  getWebhook(store, webhook, call) {
    return this.#data('GET', ['stores', store, 'webhooks', webhook], {}, call)
  }

  /**
   * Changes what is named, and nothing else.
   *
   * @param {Id} store
   * @param {Id} webhook
   * @param {Partial<Wire.NewWebhook>} changes
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook>}
   */
  updateWebhook(store, webhook, changes, call) {
    return this.#data('PATCH', ['stores', store, 'webhooks', webhook], { body: changes }, call)
  }

  /**
   * @param {Id} store
   * @param {Id} webhook
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook>} what it was
   */
  deleteWebhook(store, webhook, call) {
    return this.#data('DELETE', ['stores', store, 'webhooks', webhook], {}, call)
  }

  /**
   * A new secret. The old one signs beside it for 24 hours.
   *
   * @param {Id} store
   * @param {Id} webhook
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook & { secret: string }>}
   */
  rotateWebhookSecret(store, webhook, call) {
    return this.#data('POST', ['stores', store, 'webhooks', webhook, 'rotate-secret'], {}, call)
  }

  /**
   * The old secret signs no longer.
   *
   * @param {Id} store
   * @param {Id} webhook
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.Webhook>}
   */
  endPreviousWebhookSecret(store, webhook, call) {
    return this.#data('POST', ['stores', store, 'webhooks', webhook, 'end-previous-secret'], {}, call)
  }

  /**
   * Sends a test to a webhook, by default the oldest that is enabled, and says what became of it.
   *
   * @param {Id} store
   * @param {number} [webhook]
   * @param {PanelCallOptions} [call]
   * @returns {Promise<Wire.WebhookTest>} `success` is whether it arrived
   */
  async testWebhook(store, webhook, call) {
    const answer = await this.#send('POST', ['stores', store, 'webhook-test'], { body: { webhook } }, call)
    dataOf(answer)
    return /** @type {Wire.WebhookTest} */ (answer)
  }

  /**
   * @param {string} method
   * @param {readonly Id[]} path
   * @param {{ query?: Query, body?: object }} asked
   * @param {PanelCallOptions} [call]
   * @returns {Promise<any>}
   */
  async #data(method, path, asked, call) {
    return dataOf(await this.#send(method, path, asked, call))
  }

  /**
   * @param {string} method
   * @param {readonly Id[]} path
   * @param {{ query?: Query, body?: object }} asked
   * @param {PanelCallOptions} [call]
   */
  async #send(method, path, { query, body }, call = {}) {
    const { timeout = this.#settings.timeout, retries = this.#settings.retries, signal } = call
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', Authorization: this.#authorization }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (method === 'POST') headers['Idempotency-Key'] = idempotencyKey(call.idempotencyKey)
    const request = {
      method, headers, signal,
      url: address(this.url, ['api', 'v1', ...path], query),
      body: body === undefined ? undefined : json(body),
      repeatable: method === 'GET' || method === 'POST',
    }
    return exchange({ ...this.#settings, timeout, retries }, request)
  }
}

/** @param {unknown} answer @returns {any} */
function dataOf(answer) {
  const data = member(answer, 'data')
  if (data !== undefined) return data
  throw new SpecieError('BAD_ANSWER', 'the answer has no data', { status: 200 })
}

/** @param {{ perPage?: number, cursor?: string }} filter */
function pageOf({ perPage, cursor }) {
  return { per_page: perPage, cursor }
}

/**
 * The client of npm's `btcpay` 0.2.5: its constructor, its five methods, their arguments and their refusals. All that
 * `SpecieClient` does is there as well.
 *
 * @module
 */

/** @import * as Wire from './wire/bitpay.js' */
/** @import { KeySource } from './key.js' */
/** @import { Settings } from './exchange.js' */
import { SpecieClient } from './client.js'

/** A client of one store, as shops have it from npm's `btcpay`. */
export class BTCPayClient extends SpecieClient {
  /**
   * @param {string} host the server's address
   * @param {KeySource} kp of `crypto.load_keypair` or `crypto.generate_keypair`
   * @param {Record<string, string>} [tokens] what `pair_client` gave: `{ merchant: '…' }`
   * @param {Partial<Settings>} [options] a call is made once, as before, unless they say `retries`
   */
  constructor(host, kp, tokens = {}, options = {}) {
    super(host, { retries: 0, ...options, key: kp, tokens })
  }

  /**
   * Claims a pairing code. The client knows its token from then on.
   *
   * @param {string} code
   * @returns {Promise<Record<string, string>>} the token by its facade: keep it
   */
  async pair_client(code) {
    if (!/^\w{7}$/.test(code)) throw new Error('pairing code is not valid')
    const { facade, token } = await this.pair(code)
    return { [facade]: token }
  }

  /**
   * @param {readonly string[]} currencyPairs such as `['BTC_USD']`
   * @param {string} [storeID]
   * @returns {Promise<Wire.Rate[]>}
   */
  async get_rates(currencyPairs, storeID) {
    return this.getRates({ currencyPairs, storeId: storeID })
  }

  /**
   * @param {Wire.NewInvoice & { currency: string, price: string | number }} payload
   * @param {string} [token]
   * @returns {Promise<Wire.Invoice>}
   */
  async create_invoice(payload, token) {
    if (!/^[A-Z]{3}$/.test(payload.currency)) throw new Error('Currency is invalid')
    if (Number.isNaN(Number.parseFloat(String(payload.price)))) throw new Error('Price must be a float')
    return this.createInvoice(payload, { token })
  }

  /**
   * @param {string} invoiceId
   * @param {string} [token]
   * @returns {Promise<Wire.Invoice>}
   */
  async get_invoice(invoiceId, token) {
    return this.getInvoice(invoiceId, { token })
  }

  /**
   * @param {Wire.InvoiceFilter} [params]
   * @param {string} [token]
   * @returns {Promise<Wire.Invoice[]>}
   */
  async get_invoices(params, token) {
    return this.getInvoices(params, { token })
  }
}

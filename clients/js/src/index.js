/**
 * Client for Specie and other servers of BitPay's API.
 *
 * - `BTCPayClient`, `crypto`: npm's `btcpay`, name for name.
 * - `SpecieClient`: everything of BitPay's API. `PanelClient`: the panel's API, `/api/v1`.
 * - `readWebhook`, `isGenuine`, `readNotification`: what a shop hears. `watchInvoice`: what a page shows.
 *
 * Runs on whatever has `fetch` and Web Crypto: Node.js, Deno, browsers.
 *
 * @module
 */

export { BTCPayClient } from './btcpay.js'
export { SpecieClient, watchInvoice } from './client.js'
export * as crypto from './crypto.js'
export { SpecieError, WebhookError } from './error.js'
export { KeyPair } from './key.js'
export { toBtc, toSats } from './money.js'
export { readNotification } from './notification.js'
export { PanelClient } from './panel.js'
export { isGenuine, readWebhook } from './webhook.js'

/**
 * The shapes of what is sent and answered.
 *
 * @import * as Bitpay from './wire/bitpay.js'
 * @import * as Panel from './wire/panel.js'
 */
/** @typedef {Bitpay.Invoice} Invoice */
/** @typedef {Bitpay.NewInvoice} NewInvoice */
/** @typedef {Bitpay.InvoiceFilter} InvoiceFilter */
/** @typedef {Bitpay.Refund} Refund */
/** @typedef {Bitpay.NewRefund} NewRefund */
/** @typedef {Bitpay.Rate} Rate */
/** @typedef {Bitpay.Currency} Currency */
/** @typedef {Bitpay.Token} Token */
/** @typedef {Bitpay.Ledger} Ledger */
/** @typedef {Bitpay.LedgerEntry} LedgerEntry */
/** @typedef {Panel.Store} Store */
/** @typedef {Panel.PanelInvoice} PanelInvoice */
/** @typedef {Panel.NewPanelInvoice} NewPanelInvoice */
/** @typedef {Panel.PanelInvoiceFilter} PanelInvoiceFilter */
/** @typedef {Panel.StoresSummary} StoresSummary */
/** @typedef {Panel.Webhook} Webhook */
/** @typedef {Panel.WebhookEvent} WebhookEvent */
/** @typedef {Panel.WebhookTest} WebhookTest */
/** @typedef {import('./client.js').CallOptions} CallOptions */
/** @typedef {import('./panel.js').PanelCallOptions} PanelCallOptions */
/** @typedef {import('./notification.js').Notification} Notification */
/** @typedef {import('./error.js').ErrorCode} ErrorCode */

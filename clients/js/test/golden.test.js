// The contract: what the server answers, recorded from it, and what this client asks and makes of it. Each exchange is
// played by a server of the test's own.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { isGenuine, PanelClient, readNotification, SpecieClient, SpecieError } from '../src/index.js'
import { send, serve } from './server.js'

const folder = process.env.SPECIE_CONTRACT ?? new URL('../../../contract', import.meta.url).pathname
const pairing = read('pairing.json')

/** What a client draws, or fills in, by itself, where the exchange has none. */
const DRAWN = ['guid', 'nonce']

/** What each call of the contract is here. A `call` has the exchange's own idempotency key. */
/** @typedef {{ idempotencyKey?: string }} Call */
/** @type {Record<string, (client: SpecieClient, said: any, call: Call) => Promise<unknown>>} */
const BITPAY = {
  request_pairing: async (client, { facade, label }, call) => [await client.requestPairing({ facade, label, ...call })],
  claim_pairing: async (client, { code, label }, call) => [await client.pair(code, { label, ...call })],
  get_tokens: (client) => client.getTokens(),
  create_invoice: (client, { invoice }, call) => client.createInvoice(invoice, call),
  get_invoice: (client, { id }) => client.getInvoice(id),
  get_public_invoice: (client, { id }) => client.getPublicInvoice(id),
  get_invoices: (client, { status, order_id, item_code, date_start, date_end, limit, offset }) => client.getInvoices({
    status, orderId: order_id, itemCode: item_code, dateStart: date_start, dateEnd: date_end, limit, offset,
  }),
  adjust_invoice: (client, { id, type, commit }, call) => client.adjustInvoice(id, type, { commit, ...call }),
  resend_notification: (client, { id }, call) => client.resendNotification(id, call),
  create_refund: (client, { invoice, refund }, call) => client.createRefund(invoice, refund, call),
  get_refunds: (client, { invoice }) => client.getRefunds(invoice),
  get_refund: (client, { invoice, refund }) => client.getRefund(invoice, refund),
  cancel_refund: (client, { invoice, refund }) => client.cancelRefund(invoice, refund),
  get_rates: (client) => client.getRates(),
  get_rates_of: (client, { base }) => client.getRatesOf(base),
  get_rate: (client, { base, currency }) => client.getRate(base, currency),
  get_currencies: (client) => client.getCurrencies(),
  get_ledgers: (client) => client.getLedgers(),
  get_ledger: (client, { currency, start_date: startDate, end_date: endDate }) => {
    return client.getLedger(currency, { startDate, endDate })
  },
}

/** @type {Record<string, (client: PanelClient, said: any, call: Call) => Promise<unknown>>} */
const PANEL = {
  list_stores: (client, { per_page, cursor }) => client.listStores({ perPage: per_page, cursor }),
  get_store: (client, { id }) => client.getStore(id),
  summary: (client) => client.summary(),
  list_invoices: (client, { store, per_page: perPage, order_id: orderId, ...filter }) => {
    return client.listInvoices(store, { ...filter, perPage, orderId })
  },
  create_store_invoice: (client, { store, invoice }, call) => client.createInvoice(store, invoice, call),
  show_invoice: (client, { number }) => client.getInvoice(number),
  mark_invoice: (client, { number, status }, call) => client.markInvoice(number, status, call),
  archive_invoice: (client, { number }, call) => client.archiveInvoice(number, call),
  unarchive_invoice: (client, { number }, call) => client.unarchiveInvoice(number, call),
  practice: (client, { number, scenario, ...more }, call) => client.practice(number, scenario, { ...more, ...call }),
  list_webhooks: (client, { store }) => client.listWebhooks(store),
  create_webhook: (client, { store, webhook }, call) => client.createWebhook(store, webhook, call),
  get_webhook: (client, { store, webhook }) => client.getWebhook(store, webhook),
  update_webhook: (client, { store, webhook, changes }) => client.updateWebhook(store, webhook, changes),
  delete_webhook: (client, { store, webhook }) => client.deleteWebhook(store, webhook),
  rotate_webhook_secret: (client, { store, webhook }, call) => client.rotateWebhookSecret(store, webhook, call),
  end_previous_webhook_secret: (client, { store, webhook }, call) => client.endPreviousWebhookSecret(store, webhook, call),
  test_webhook: (client, { store, webhook }, call) => client.testWebhook(store, webhook, call),
}

/** Calls of a developer's command line, which this client does not have. */
const LISTENING = new Set(['listen', 'hear', 'passed_on'])

/** Calls whose answers are given whole, with what is beside `data`. */
const WHOLE = new Set(['get_ledger', 'list_stores', 'list_invoices', 'test_webhook'])

for (const exchange of called('bitpay')) {
  test(`${exchange.file}: ${exchange.says}`, (t) => replay(t, exchange, (url, call) => {
    const client = new SpecieClient(url, { key: pairing.key, tokens: pairing.tokens, retries: 0 })
    return BITPAY[exchange.call.name](client, exchange.call.arguments ?? {}, call)
  }))
}

for (const exchange of called('panel')) {
  test(`${exchange.file}: ${exchange.says}`, (t) => replay(t, exchange, (url, call) => {
    return PANEL[exchange.call.name](new PanelClient(url, 'token', { retries: 0 }), exchange.call.arguments ?? {}, call)
  }))
}

for (const { file, says, secret, headers, at, body, genuine, tells } of all('webhooks')) {
  test(`${file}: ${says}`, async () => {
    if (tells) {
      const { id, status, name: event } = readNotification(body)
      assert.deepEqual({ id, status, event }, tells)
    } else {
      const signature = new Headers(headers).get('Specie-Signature')
      assert.equal(await isGenuine({ secret, signature, body, now: at }), genuine)
    }
  })
}

test('the contract has every kind of exchange', () => {
  const names = new Set([...called('bitpay'), ...called('panel')].map(({ call }) => call.name))
  assert.deepEqual([...names].sort(), [...Object.keys(BITPAY), ...Object.keys(PANEL)].sort())
  assert.deepEqual(new Set(all('webhooks').map(({ genuine }) => genuine)), new Set([true, false, undefined]))
})

/**
 * @param {import('node:test').TestContext} t
 * @param {any} exchange
 * @param {(url: string, call: Call) => Promise<unknown>} ask
 */
async function replay(t, { call, request, answer }, ask) {
  const { url, heard } = await serve(t, (_, response) => send(response, answer.body, answer.status, answer.headers))
  const asked = ask(url, { idempotencyKey: request.headers?.['Idempotency-Key'] })
  if (answer.status < 400) {
    assert.deepEqual(await asked, WHOLE.has(call.name) ? answer.body : answer.body.data)
  } else {
    const error = await asked.catch((reason) => reason)
    assert.ok(error instanceof SpecieError, String(error))
    assert.deepEqual([error.status, error.message], [answer.status, answer.body.error ?? answer.body.message])
  }
  assert.equal(heard.length, 1)
  compare(url, heard[0], request)
}

/** @param {string} url @param {import('./server.js').Heard} heard @param {any} expected */
function compare(url, heard, expected) {
  const asked = new URL(url + heard.target)
  assert.deepEqual([heard.method, decodeURIComponent(asked.pathname)], [expected.method, decodeURIComponent(expected.path)])
  assert.deepEqual(given(Object.fromEntries(asked.searchParams), expected.query), given(texts(expected.query), expected.query))
  // An empty object says no more than nothing.
  const body = heard.body === '' ? {} : JSON.parse(heard.body)
  assert.deepEqual(given(body, expected.body), given(expected.body, expected.body))
  for (const [name, value] of Object.entries(expected.headers ?? {})) assert.equal(heard.headers[name.toLowerCase()], value)
  if (expected.bearer) assert.equal(heard.headers.authorization, 'Bearer token')
  if (expected.signed) assert.ok(isSigned(url + heard.target + heard.body, heard), 'the signature')
}

/** @param {string} message @param {import('./server.js').Heard} heard */
function isSigned(message, { headers }) {
  const [signature, identity] = [headers['x-signature'], headers['x-identity']].map((hex) => Buffer.from(String(hex), 'hex'))
  return secp256k1.verify(signature, Buffer.from(message), identity, { format: 'der', lowS: false })
}

/**
 * All but the token, which is another, and what the client drew by itself.
 *
 * @param {Record<string, unknown> | null | undefined} fields
 * @param {Record<string, unknown> | null | undefined} expected
 */
function given(fields, expected) {
  const drawn = DRAWN.filter((name) => !Object.hasOwn(expected ?? {}, name))
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => name !== 'token' && !drawn.includes(name)))
}

/** A query's values as they travel. @param {Record<string, unknown> | undefined} query */
function texts(query) {
  return Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]))
}

/** Those that this client's user calls. @param {string} kind */
function called(kind) {
  return all(kind).filter(({ call }) => call !== null && !LISTENING.has(call.name))
}

/** @param {string} kind @returns {any[]} what is in each file of a folder, and the `file` */
function all(kind) {
  const names = readdirSync(`${folder}/${kind}`).filter((name) => name.endsWith('.json')).sort()
  return names.map((name) => ({ file: `${kind}/${name}`, ...read(`${kind}/${name}`) }))
}

/** @param {string} name */
function read(name) {
  return JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))
}

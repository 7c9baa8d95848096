// A shop that does everything once, against a real server and its practice chain: `crates/server/tests/clients` runs it.
//
// One JSON object a line on stdout, {"step": …, "await": null or what must be done, …}; where it waits it goes on when a line
// comes on stdin. Environment: SPECIE_URL, SPECIE_PAIRING_CODE, SPECIE_API_TOKEN.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import {
  isGenuine, KeyPair, PanelClient, readNotification, readWebhook, SpecieClient, SpecieError, toSats, WebhookError,
} from '../src/index.js'

/** @typedef {{ path: string, signature: string | undefined, body: Buffer }} Arrived */

const { SPECIE_URL: url = '', SPECIE_PAIRING_CODE: code = '', SPECIE_API_TOKEN: apiToken = '' } = process.env
const ADDRESS = 'mtX8nPZZdJ8d3QNLRJ1oJTiEi26Sj6LQXS'
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** @param {string} step @param {string | null} [awaited] @param {object} [facts] */
async function report(step, awaited = null, facts = {}) {
  process.stdout.write(`${JSON.stringify({ step, await: awaited, ...facts })}\n`)
  if (awaited !== null) assert.ok(!(await lines.next()).done, `waiting for ${awaited}`)
}

/** A shop's own ears: what arrives, in order, at each path. */
async function listen() {
  /** @type {Arrived[]} */
  const arrived = []
  /** @type {Set<() => void>} */
  const waiting = new Set()
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { url: path = '', headers } = request
    arrived.push({ path, signature: headers['specie-signature']?.toString(), body: Buffer.concat(chunks) })
    response.end()
    waiting.forEach((look) => look())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  /** The first that fits. @param {(one: Arrived) => boolean} fits @returns {Promise<Arrived>} */
  const heard = (fits) => new Promise((resolve) => {
    const look = () => {
      const one = arrived.find(fits)
      if (one === undefined) return waiting.add(look)
      waiting.delete(look)
      resolve(one)
    }
    look()
  })
  return { url: `http://127.0.0.1:${port}`, heard, close: () => server.close() }
}

/** A webhook that says this of an order. @param {string} name @param {string} [order] @returns {(one: Arrived) => boolean} */
const event = (name, order) => ({ path, body }) => {
  if (path !== '/hook') return false
  const said = JSON.parse(body.toString())
  return said.event === name && (order === undefined || said.data.order_id === order)
}

const shop = await listen()
const panel = new PanelClient(url, apiToken)
const client = new SpecieClient(url, { key: KeyPair.generate() })

async function pairing() {
  await assert.rejects(client.getInvoices(), { status: 403 })
  const { token, facade } = await client.pair(code, { label: 'A JavaScript shop' })
  assert.equal(facade, 'merchant')
  assert.deepEqual((await client.getTokens())[0], { merchant: token })
  await report('paired')
  const till = new SpecieClient(url, { key: KeyPair.generate() })
  const asked = await till.requestPairing({ facade: 'pos', label: 'A till' })
  assert.deepEqual(await till.getTokens(), [])
  assert.match(till.approvalUrl(String(asked.pairingCode)), /\/api-access-request\?pairingCode=\w{7}$/)
  await report('asked', 'approval', { code: asked.pairingCode })
  assert.equal((await till.createInvoice({ price: 1, currency: 'USD' })).status, 'new')
  await assert.rejects(till.getLedgers(), { status: 403 })
  await report('approved')
}

/** @param {string} id @param {string[]} told */
async function watch(id, told) {
  for await (const { status } of client.watchInvoice(id, { interval: 50 })) if (status !== told.at(-1)) told.push(status)
}

/** @param {string} secret */
async function sale(secret) {
  const invoice = await client.createInvoice({
    price: '12.50', currency: 'USD', orderId: `it's (an) *order*! ☕`,
    notificationURL: `${shop.url}/ipn`, extendedNotifications: true,
  })
  assert.deepEqual([invoice.status, invoice.price, toSats(invoice.btcDue ?? '0')], ['new', 12.5, 25_000n])
  assert.deepEqual(await client.getInvoices({ orderId: String(invoice.orderId) }).then(([{ id }]) => id), invoice.id)
  assert.equal((await client.getPublicInvoice(invoice.id)).posData, null)
  /** @type {string[]} */
  const told = []
  const watching = watch(invoice.id, told)
  const [{ id: number }] = (await panel.listInvoices(1, { search: invoice.id })).data

  assert.equal((await panel.practice(number, 'pay')).status, 'paid')
  const { body, signature } = await shop.heard(event('invoice.paid', String(invoice.orderId)))
  const { data } = await readWebhook({ secret, signature, body })
  assert.deepEqual([data.id, data.status, toSats(data.paid_btc)], [number, 'paid', 25_000n])
  await assert.rejects(readWebhook({ secret, signature, body: body.toString().replace('paid', 'lost') }), WebhookError)
  assert.equal(await isGenuine({ secret: 'whsec_other', signature, body }), false)

  const ipn = await shop.heard(({ path, body }) => path === '/ipn' && readNotification(body).code === 1003)
  const { id, status, name } = readNotification(ipn.body)
  assert.deepEqual({ id, status, name }, { id: invoice.id, status: 'paid', name: 'invoice_paidInFull' })
  assert.equal((await client.getInvoice(id)).status, 'paid')

  assert.equal((await panel.practice(number, 'mine')).status, 'confirmed')
  assert.equal((await panel.practice(number, 'mine', { blocks: 5 })).status, 'complete')
  await watching
  assert.deepEqual([told[0], told.at(-1)], ['new', 'complete'])
  assert.equal(await client.resendNotification(invoice.id), 'Success')
  await shop.heard(({ path, body }) => path === '/ipn' && readNotification(body).code === 1012)
  await report('sold')
  return invoice
}

/** @param {import('../src/index.js').Invoice} invoice */
async function refunds({ id }) {
  const refund = await client.createRefund(id, { amount: '2.50', currency: 'USD', bitcoinAddress: ADDRESS })
  assert.deepEqual([refund.status, refund.transactionAmount, refund.bitcoinAddress], ['pending', 0.00005, ADDRESS])
  assert.deepEqual(await client.getRefunds(id), [await client.getRefund(id, refund.id)])
  assert.equal(await client.cancelRefund(id, refund.id), 'Success')
  assert.equal((await client.getRefund(id, refund.id)).status, 'canceled')
  await report('given back')
}

async function adjustment() {
  const { id, btcPrice } = await client.createInvoice({ price: 10, currency: 'USD', orderId: 'over' })
  const [{ id: number }] = (await panel.listInvoices(1, { orderId: 'over' })).data
  await panel.practice(number, 'overpay')
  await panel.practice(number, 'mine', { blocks: 6 })
  const preview = await client.adjustInvoice(id, 'acceptOverPayment', { commit: false })
  assert.equal(preview.exceptionStatus, false)
  assert.equal((await client.getInvoice(id)).exceptionStatus, 'paidOver')
  assert.equal((await client.adjustInvoice(id, 'acceptOverPayment')).btcPaid, btcPrice)
  await report('adjusted')
}

async function figures() {
  const [{ currency, balance }] = await client.getLedgers()
  const entries = await client.getLedger('BTC', { startDate: new Date(0) })
  const sum = entries.reduce((sats, { amount }) => sats + BigInt(amount), 0n)
  assert.deepEqual([currency, toSats(balance)], ['BTC', sum])
  const rate = await client.getRate('BTC', 'USD')
  assert.deepEqual(await client.getRates({ currencyPairs: ['BTC_USD'] }), [rate])
  assert.ok((await client.getRatesOf('BTC')).some(({ code }) => code === 'USD'))
  assert.ok((await client.getCurrencies()).some(({ code, precision }) => code === 'JPY' && precision === 0))
  const { balance: summed, stores } = await panel.summary()
  assert.deepEqual([typeof summed.BTC.settled, stores.length], ['number', 1])
  await report('counted')
}

async function decisions() {
  const key = { idempotencyKey: 'order-A-18' }
  const first = await panel.createInvoice(1, { amount: '20.00', currency: 'USD', order_id: 'A-18' }, key)
  assert.deepEqual(await panel.createInvoice(1, { amount: '20.00', currency: 'USD', order_id: 'A-18' }, key), first)
  await assert.rejects(panel.createInvoice(1, { amount: '21.00', currency: 'USD' }, key), { status: 409 })
  assert.equal((await panel.markInvoice(first.id, 'complete')).exception, 'marked')
  assert.equal((await panel.archiveInvoice(first.id)).archived, true)
  assert.deepEqual((await panel.listInvoices(1, { archived: true })).data.map(({ id }) => id), [first.id])
  assert.equal((await panel.unarchiveInvoice(first.id)).archived, false)
  const ids = []
  for await (const { id } of panel.invoices(1, { perPage: 1 })) ids.push(id)
  assert.deepEqual([ids[0], ids.length], [first.id, (await panel.listInvoices(1)).data.length])
  for await (const { id } of panel.stores()) assert.equal((await panel.getStore(id)).livemode, false)
  await report('decided')
}

/** @param {import('../src/index.js').Webhook & { secret: string }} hook */
async function secrets({ id, secret: old }) {
  assert.equal((await panel.testWebhook(1, id)).success, true)
  const { secret } = await panel.rotateWebhookSecret(1, id)
  await panel.createInvoice(1, { amount: 1, currency: 'USD', order_id: 'rotated' })
  const rotated = await shop.heard(event('invoice.created', 'rotated'))
  assert.deepEqual(await Promise.all([old, secret].map((one) => isGenuine({ secret: one, ...rotated }))), [true, true])
  assert.equal((await panel.endPreviousWebhookSecret(1, id)).previous_secret_until, null)
  await panel.createInvoice(1, { amount: 1, currency: 'USD', order_id: 'ended' })
  const ended = await shop.heard(event('invoice.created', 'ended'))
  assert.deepEqual(await Promise.all([old, secret].map((one) => isGenuine({ secret: one, ...ended }))), [false, true])
  assert.deepEqual((await panel.updateWebhook(1, id, { events: ['invoice.paid'] })).events, ['invoice.paid'])
  assert.deepEqual((await panel.listWebhooks(1)).map(({ id }) => id), [id])
  assert.equal((await panel.deleteWebhook(1, id)).id, id)
  await assert.rejects(panel.getWebhook(1, id), { status: 404 })
  await report('signed')
}

async function refusals() {
  const error = await client.getInvoice('2222222222222222222222').catch((reason) => reason)
  assert.ok(error instanceof SpecieError)
  assert.deepEqual([error.status, error.message, typeof error.requestId], [404, 'Object not found', 'string'])
  await assert.rejects(new PanelClient(url, 'nobody').listStores(), { status: 401 })
  const senseless = panel.createInvoice(1, { amount: -1, currency: 'DOGE' })
  await assert.rejects(senseless, ({ status, fields }) => status === 422 && fields.amount.length > 0)
  await report('refused')
}

await pairing()
const hook = await panel.createWebhook(1, { url: `${shop.url}/hook` })
const invoice = await sale(hook.secret)
await refunds(invoice)
await adjustment()
await figures()
await decisions()
await secrets(hook)
await refusals()
shop.close()
await report('done')
process.exit(0)

// What is sent: to which address, signed how, and again only where that does no harm.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { BTCPayClient, KeyPair, PanelClient, SpecieClient, SpecieError } from '../src/index.js'
import { pauseBefore, retryAfter } from '../src/patience.js'
import { inTurn, send, serve } from './server.js'
import { KEYS } from './vectors.js'

const key = KeyPair.load(KEYS[0].secret)
const tokens = { merchant: 'T1' }
const INVOICE = { id: 'Qz1', status: 'new', price: 20 }

/** @type {import('./server.js').Answer} */
const answered = (_, response) => send(response, { data: INVOICE })

/** @param {number} status @param {Record<string, string>} [headers] @returns {import('./server.js').Answer} */
const refused = (status, headers) => (_, response) => send(response, { error: 'not now' }, status, headers)

/** @type {import('./server.js').Answer} */
const dropped = (_, response) => void response.destroy()

/** @param {string} url @param {import('./server.js').Heard} asked */
function isSigned(url, { target, headers, body }) {
  const signature = Buffer.from(String(headers['x-signature']), 'hex')
  const identity = Buffer.from(String(headers['x-identity']), 'hex')
  return secp256k1.verify(signature, Buffer.from(url + target + body), identity, { format: 'der', lowS: false })
}

test('every call is signed over its address and its body, as they arrive', async (t) => {
  const { url, heard } = await serve(t, (_, response) => send(response, { data: [{ facade: 'merchant', token: 'T1' }] }))
  const client = new SpecieClient(`${url}/`, { key, tokens })
  const odd = `it's (an) *order*! "&=+?/#%20 ☕ ü`
  await client.getInvoices({ orderId: odd, status: ['new', 'paid'], dateStart: new Date(0), limit: 5 })
  await client.getInvoice('a/b?c#d e')
  await client.createInvoice({ price: '20.10', currency: 'USD', itemDesc: odd })
  await client.cancelRefund('Qz1', 'R1')
  await client.getTokens()
  for (const asked of heard) assert.ok(isSigned(url, asked), asked.target)
  const query = new URL(url + heard[0].target).searchParams
  assert.equal(query.get('orderId'), odd)
  assert.deepEqual([query.get('status'), query.get('dateStart'), query.get('limit'), query.get('token')],
    ['new,paid', '1970-01-01T00:00:00.000Z', '5', 'T1'])
  assert.equal(heard[1].target, '/invoices/a%2Fb%3Fc%23d%20e?token=T1')
  assert.deepEqual(JSON.parse(heard[2].body), { price: '20.10', currency: 'USD', itemDesc: odd, token: 'T1' })
  assert.deepEqual([heard[3].method, heard[4].target], ['DELETE', '/tokens'])
})

test('a server below a path is asked there', async (t) => {
  const { url, heard } = await serve(t, answered)
  await new SpecieClient(`${url}/pay//`, { key }).getInvoice('Qz1')
  assert.equal(heard[0].target, '/pay/invoices/Qz1')
})

test('the public view and the currencies are asked for by nobody', async (t) => {
  const { url, heard } = await serve(t, answered)
  for (const client of [new SpecieClient(url, { key, tokens }), new SpecieClient(url, { apiKey: 'K' })]) {
    await client.getPublicInvoice('Qz1')
    await client.getCurrencies()
  }
  for (const { target, headers } of heard) {
    assert.ok(!target.includes('T1'))
    assert.deepEqual([headers['x-identity'], headers['x-signature'], headers.authorization], [undefined, undefined, undefined])
  }
})

test('a legacy key goes into its header, a store without credentials into the query', async (t) => {
  const { url, heard } = await serve(t, answered)
  await new SpecieClient(url, { apiKey: 'KEY' }).getInvoice('Qz1')
  await new SpecieClient(url, { storeId: 'S1' }).createInvoice({ price: 1 })
  await new SpecieClient(url, { key, storeId: 'S1' }).createInvoice({ price: 1 })
  assert.equal(heard[0].headers.authorization, 'Basic S0VZ')
  assert.deepEqual(heard.slice(1).map(({ target }) => target), ['/invoices?storeId=S1', '/invoices'])
})

test('what is read is asked for again, and what changes something under one key', async (t) => {
  for (const failing of [dropped, refused(429), refused(502), refused(503), refused(504)]) {
    const { url, heard } = await serve(t, inTurn(failing, failing, answered))
    const client = new SpecieClient(url, { key, tokens })
    assert.deepEqual(await client.createInvoice({ price: 20 }), INVOICE)
    const keys = heard.map(({ headers }) => headers['idempotency-key'])
    assert.equal(keys.length, 3)
    assert.match(String(keys[0]), /^[0-9a-f]{32}$/)
    assert.deepEqual(new Set(keys).size, 1, 'one key for all attempts')
    await client.createInvoice({ price: 20 })
    assert.notEqual(heard[3].headers['idempotency-key'], keys[0], 'another call, another key')
    await client.createInvoice({ price: 20 }, { idempotencyKey: 'order 17' })
    assert.equal(heard[4].headers['idempotency-key'], 'order 17')
  }
})

test('what has no key, and what will not pass, is not tried again', async (t) => {
  const { url, heard } = await serve(t, (asked, response) => refused(asked.target.includes('400') ? 400 : 503)(asked, response))
  const [client, panel] = [new SpecieClient(url, { key, tokens }), new PanelClient(url, 'P1')]
  await assert.rejects(client.cancelRefund('Qz1', 'R1'), { status: 503 })
  await assert.rejects(panel.deleteWebhook(1, 2), { status: 503 })
  await assert.rejects(panel.updateWebhook(1, 2, { enabled: false }), { status: 503 })
  assert.equal(heard.length, 3)
  await assert.rejects(client.getInvoice('400'), { status: 400 })
  await assert.rejects(client.createRefund('400'), { status: 400 })
  assert.equal(heard.length, 5)
})

test('attempts come to an end', async (t) => {
  const { url, heard } = await serve(t, refused(503))
  await assert.rejects(new SpecieClient(url, { key }).getInvoice('Qz1'), { status: 503, message: 'not now' })
  assert.equal(heard.length, 3)
  await assert.rejects(new SpecieClient(url, { key, retries: 0 }).getInvoice('Qz1'), { status: 503 })
  await assert.rejects(new SpecieClient(url, { key }).getInvoice('Qz1', { retries: 0 }), { status: 503 })
  assert.equal(heard.length, 5)
})

test('Retry-After is waited for, unless it is longer than anybody waits', async (t) => {
  const soon = await serve(t, inTurn(refused(429, { 'Retry-After': '1' }), answered))
  const before = performance.now()
  await new SpecieClient(soon.url).getInvoice('Qz1')
  assert.ok(performance.now() - before >= 990)
  const late = await serve(t, refused(429, { 'Retry-After': '31' }))
  await assert.rejects(new SpecieClient(late.url).getInvoice('Qz1'), { status: 429, retryAfter: 31 })
  assert.equal(late.heard.length, 1)
})

test('pauses double, and no two clients come back together', () => {
  for (const [attempt, most] of [[0, 250], [1, 500], [2, 1000], [6, 16_000]]) {
    const pause = Number(pauseBefore(attempt, null))
    assert.ok(pause >= most / 2 && pause <= most, `${pause} before attempt ${attempt}`)
  }
  assert.deepEqual([pauseBefore(0, 7), pauseBefore(0, 31), pauseBefore(40, null)], [7000, null, null])
})

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('Sun, 22 Nov 2026 09:00:00 GMT')
  /** @type {[string | null, number | null][]} */
  const headers = [
    [null, null], ['0', 0], ['120', 120], ['Sun, 22 Nov 2026 09:00:02 GMT', 2], ['Sun, 22 Nov 2020 09:00:02 GMT', 0],
    ['soon', null], ['9'.repeat(40), null], ['', null],
  ]
  for (const [header, seconds] of headers) assert.equal(retryAfter(header, now), seconds, String(header))
})

test('a refusal says its status, its words, its request and its fields', async (t) => {
  const fields = { amount: ['The amount field is required.'] }
  const message = 'The amount field is required.'
  const { url } = await serve(t, (_, response) => send(response, { message, errors: fields }, 422))
  const error = await new PanelClient(url, 'P1').createInvoice(1, { amount: 1, currency: 'USD' }).catch((reason) => reason)
  assert.ok(error instanceof SpecieError)
  const { name, code, status, statusCode, requestId } = error
  assert.deepEqual([name, code, status, statusCode, requestId], ['SpecieError', 'REFUSED', 422, 422, 'r-1'])
  assert.deepEqual([error.message, error.fields], [message, fields])
})

/** @type {[unknown, string][]} */
const REFUSALS = [
  [{ error: 'Object not found' }, 'Object not found'],
  [{ error: { type: 'x', message: 'In words' } }, 'In words'],
  [{ message: 'Unauthenticated.' }, 'Unauthenticated.'],
  [{}, 'the server answered 400'],
  [[], 'the server answered 400'],
  ['<html>no</html>', 'the server answered 400'],
  [{ error: 7 }, 'the server answered 400'],
  [{ error: 'a\u001b[2Jb\r' }, 'a [2Jb '],
]

for (const [body, message] of REFUSALS) {
  test(`${JSON.stringify(body)} is said as: ${message}`, async (t) => {
    const { url } = await serve(t, (_, response) => send(response, body, 400))
    await assert.rejects(new SpecieClient(url).getInvoice('Qz1'), { message, status: 400 })
  })
}

test('an answer that takes too long is a timeout, for each attempt', async (t) => {
  const { url, heard } = await serve(t, () => {})
  const client = new SpecieClient(url, { timeout: 60, retries: 1 })
  await assert.rejects(client.getInvoice('Qz1'), { code: 'TIMEOUT', status: 0 })
  assert.equal(heard.length, 2)
  await assert.rejects(client.getInvoice('Qz1', { timeout: 20, retries: 0 }), { message: 'no answer within 20 ms' })
})

test('a caller who stops gets their own reason, whatever is going on', async (t) => {
  const later = refused(503, { 'Retry-After': '20' })
  const { url } = await serve(t, (asked, response) => asked.target.endsWith('wait') && later(asked, response))
  const client = new SpecieClient(url)
  const reason = new Error('the buyer left')
  await assert.rejects(client.getInvoice('Qz1', { signal: AbortSignal.abort(reason) }), reason)
  for (const id of ['Qz1', 'wait']) {
    const stop = new AbortController()
    setTimeout(() => stop.abort(reason), 50)
    await assert.rejects(client.getInvoice(id, { signal: stop.signal }), reason)
  }
  const stop = new AbortController()
  setTimeout(() => stop.abort(reason), 50)
  await assert.rejects(client.cancelRefund('Qz1', 'R1', { signal: stop.signal }), reason)
})

test('whoever has all the time in the world waits', async (t) => {
  const { url } = await serve(t, (asked, response) => void setTimeout(() => answered(asked, response), 50))
  assert.deepEqual(await new SpecieClient(url, { timeout: Infinity, retries: 0 }).getInvoice('Qz1'), INVOICE)
})

test('nobody there is no answer', async () => {
  const nobody = new SpecieClient('http://127.0.0.1:9', { retries: 0 })
  await assert.rejects(nobody.getInvoice('Qz1'), { code: 'NO_ANSWER', status: 0 })
})

test('an amount that JavaScript lost is not sent as any amount', async (t) => {
  const { url, heard } = await serve(t, answered)
  const client = new SpecieClient(url)
  await assert.rejects(client.createInvoice({ price: NaN }), TypeError)
  await assert.rejects(client.createInvoice({ price: undefined }), TypeError)
  await assert.rejects(client.createRefund('Qz1', { amount: Infinity }), TypeError)
  await assert.rejects(client.createRefund('Qz1', { amount: undefined }), TypeError)
  assert.equal(heard.length, 0)
  await client.createInvoice({ price: 90071992547409931n })
  assert.equal(heard[0].body, '{"price":"90071992547409931"}')
})

test('btcpay\'s calls are made once, as they were, unless it is told otherwise', async (t) => {
  for (const [options, attempts] of /** @type {const} */ ([[undefined, 1], [{ retries: 1 }, 2]])) {
    const { url, heard } = await serve(t, refused(503))
    await assert.rejects(new BTCPayClient(url, key, tokens, options).create_invoice({ price: 20, currency: 'USD' }))
    assert.equal(heard.length, attempts)
  }
})

test('an order without a key of its own draws one', async (t) => {
  const { url, heard } = await serve(t, answered)
  const client = new SpecieClient(url, { key, tokens })
  for (let n = 0; n < 2; n++) await client.createInvoice({ price: 1 }, { idempotencyKey: /** @type {any} */ (null) })
  const keys = heard.map(({ headers }) => headers['idempotency-key'])
  assert.ok(keys[0] !== keys[1] && /^[0-9a-f]{32}$/.test(String(keys[0])), String(keys))
})

test('of several tokens the one that opens most is used, and one that is good is kept', async (t) => {
  const { url, heard } = await serve(t, ({ method }, response) => {
    send(response, { data: method === 'POST' ? [{ facade: 'merchant', token: 'T9', pairingCode: 'y3NiCJn' }] : [] })
  })
  const client = new SpecieClient(url, { key, tokens: { pos: 'T2', merchant: 'T1' } })
  await client.getInvoices()
  assert.equal((await client.requestPairing()).token, 'T9')
  await client.getInvoices()
  for (const n of [0, 2]) assert.match(heard[n].target, /token=T1/)
  const pos = new SpecieClient(url, { key, tokens: { pos: 'T2' } })
  await pos.requestPairing()
  await pos.getInvoices()
  assert.match(heard[4].target, /token=T9/)
})

test('pairing remembers its token, and asks for it in the old way', async (t) => {
  const token = [{ facade: 'pos', token: 'T2' }]
  const { url, heard } = await serve(t, ({ method }, response) => send(response, { data: method === 'POST' ? token : [] }))
  const client = new BTCPayClient(url, key)
  assert.deepEqual(await client.pair_client('y3NiCJn'), { pos: 'T2' })
  assert.deepEqual(JSON.parse(heard[0].body), { id: KEYS[0].sin, pairingCode: 'y3NiCJn' })
  assert.deepEqual(client.tokens, { pos: 'T2' })
  await client.get_invoices()
  await client.get_invoices({ status: 'new' }, 'T3')
  assert.deepEqual(heard.slice(1).map(({ target }) => target), ['/invoices?token=T2', '/invoices?status=new&token=T3'])
  assert.equal(client.approvalUrl('y3NiCJn'), `${url}/api-access-request?pairingCode=y3NiCJn`)
})

test('npm\'s btcpay refused this before it asked, and so does its successor', async () => {
  const client = new BTCPayClient('http://127.0.0.1:9', key, tokens)
  await assert.rejects(client.pair_client('too long a code'), { message: 'pairing code is not valid' })
  await assert.rejects(client.create_invoice({ price: 1, currency: 'usd' }), { message: 'Currency is invalid' })
  await assert.rejects(client.create_invoice({ price: 'free', currency: 'USD' }), { message: 'Price must be a float' })
})

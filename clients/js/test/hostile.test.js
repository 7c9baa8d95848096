// A server that means harm, and a caller's input that would: nothing leaves for another host, nothing is taken for what it
// is not, nobody waits or reads for ever.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { KeyPair, PanelClient, SpecieClient, watchInvoice } from '../src/index.js'
import { send, serve } from './server.js'

const key = KeyPair.generate()
const impatient = { retries: 0, timeout: 2_000, largestAnswer: 100_000 }

/** Every kind of call, by every kind of credentials. @param {string} url */
function calls(url) {
  const client = new SpecieClient(url, { key, tokens: { merchant: 'T1' }, ...impatient })
  const panel = new PanelClient(url, 'P1', impatient)
  return [
    client.getInvoice('Qz1'), client.createInvoice({ price: 1 }), client.cancelRefund('Qz1', 'R1'), client.getLedger('BTC'),
    client.pair('y3NiCJn'), client.getTokens(), client.getPublicInvoice('Qz1'),
    new SpecieClient(url, { apiKey: 'K', ...impatient }).getInvoices(),
    panel.listStores(), panel.createInvoice(1, { amount: 1, currency: 'USD' }), panel.deleteWebhook(1, 2),
    panel.stores().next(), watchInvoice(url, 'Qz1', impatient).next(),
  ]
}

/** @param {Promise<unknown>[]} promises @param {object} expected */
const allRejected = (promises, expected) => Promise.all(promises.map((promise) => assert.rejects(promise, expected)))

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect by ${status} to another host is not followed`, async (t) => {
    const elsewhere = await serve(t, (_, response) => send(response, { data: {} }))
    const { url } = await serve(t, (_, response) => send(response, '', status, { Location: `${elsewhere.url}/steal` }))
    await allRejected(calls(url), { code: 'REDIRECT', status })
    assert.deepEqual(elsewhere.heard, [])
  })
}

test('a redirect on the same host is not followed either', async (t) => {
  const { url, heard } = await serve(t, (_, response) => send(response, '', 307, { Location: '/elsewhere' }))
  await allRejected(calls(url), { code: 'REDIRECT' })
  assert.ok(heard.every(({ target }) => target !== '/elsewhere'))
})

/** @type {[string, string][]} */
const NO_ANSWERS = [
  ['a page', '<!doctype html><title>Log in</title>'],
  ['nothing', ''],
  ['half an answer', '{"data":{"id":"Qz'],
  ['a number', '7'],
  ['null', 'null'],
  ['a text', '"data"'],
  ['an object without data', '{"facade":"merchant"}'],
  ['data of another object', '{"__proto__":{"data":{"id":"Qz1"}}}'],
]

for (const [what, body] of NO_ANSWERS) {
  test(`${what} is no answer`, async (t) => {
    const { url } = await serve(t, (_, response) => send(response, body))
    await allRejected(calls(url), { code: 'BAD_ANSWER', status: 200 })
  })
}

test('a pairing without a token is none', async (t) => {
  const facade = 'merchant'
  for (const data of [[], {}, [null], [{ facade }], [{ facade: 7, token: 'T' }], [{ facade, token: {} }]]) {
    const { url } = await serve(t, (_, response) => send(response, { data }))
    const client = new SpecieClient(url, { key, ...impatient })
    await assert.rejects(client.pair('y3NiCJn'), { code: 'BAD_ANSWER' })
    assert.deepEqual(client.tokens, {})
  }
})

test('members of every object are an answer\'s own, and change no other', async (t) => {
  const polluted = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}'
  const body = `{"data":[{"facade":"__proto__","token":"evil",${polluted}}]}`
  const { url } = await serve(t, (_, response) => send(response, body))
  const client = new SpecieClient(url, { key, ...impatient })
  await client.pair('y3NiCJn')
  assert.equal(/** @type {any} */ ({}).polluted, undefined)
  assert.equal(Object.getPrototypeOf(client.tokens), Object.prototype)
  assert.deepEqual(Object.values(client.tokens), ['evil'])
})

test('an endless answer is read up to a limit', async (t) => {
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    const more = () => { while (!response.destroyed && response.write('"x",'.repeat(4096))); }
    response.on('drain', more)
    more()
  })
  await allRejected(calls(url), { code: 'BAD_ANSWER', message: 'the answer is longer than 100000 bytes' })
})

test('a small answer that unpacks to a huge one is read up to the same limit', async (t) => {
  const { gzipSync } = await import('node:zlib')
  const packed = gzipSync(Buffer.alloc(10_000_000, ' '))
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' })
    response.end(packed)
  })
  await allRejected(calls(url), { code: 'BAD_ANSWER', message: 'the answer is longer than 100000 bytes' })
})

test('an answer that drips is over in time', async (t) => {
  const { url } = await serve(t, (_, response) => {
    const drip = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(drip))
  })
  const client = new SpecieClient(url, { key, retries: 0, timeout: 200 })
  await assert.rejects(client.getInvoice('Qz1'), { code: 'TIMEOUT' })
})

test('an answer that breaks off is none', async (t) => {
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'Content-Length': '1000' })
    response.write('{"data":', () => response.destroy())
  })
  await allRejected(calls(url), { code: 'NO_ANSWER' })
})

test('deeply nested JSON overflows nothing', async (t) => {
  const { url } = await serve(t, (_, response) => send(response, `{"data":${'['.repeat(40_000)}${']'.repeat(40_000)}}`))
  assert.ok(Array.isArray(await new SpecieClient(url, impatient).getCurrencies()))
})

test('pages that lead in circles, or to another host, are not followed for ever', async (t) => {
  const elsewhere = await serve(t, (_, response) => send(response, {}))
  const { url, heard } = await serve(t, (asked, response) => {
    const next_cursor = asked.target.includes('cursor=a') ? 'b' : 'a'
    send(response, { data: [{ id: 1 }], links: { next: `${elsewhere.url}/next` }, meta: { per_page: 1, next_cursor } })
  })
  await assert.rejects(async () => {
    for await (const _ of new PanelClient(url, 'P1', impatient).stores());
  }, { code: 'BAD_ANSWER', message: 'the pages lead in circles' })
  assert.deepEqual([heard.length, elsewhere.heard.length], [3, 0])
})

test('what a page has instead of a cursor ends the list', async (t) => {
  for (const meta of [undefined, null, {}, { next_cursor: null }, { next_cursor: 7 }, { next_cursor: {} }]) {
    const { url, heard } = await serve(t, (_, response) => send(response, { data: [{ id: 1 }], meta }))
    const stores = []
    for await (const store of new PanelClient(url, 'P1', impatient).stores()) stores.push(store)
    assert.deepEqual([stores.length, heard.length], [1, 1])
  }
})

const ODD_IDS = [
  '../../api/v1/stores', '..%2f', 'a/../b', 'a?token=x', 'a#b', 'a\r\nX-Evil: 1', 'a\\b', '%2e%2e', ' ', '☕', '\u0000',
]

for (const id of ODD_IDS) {
  test(`the id ${JSON.stringify(id)} stays one part of the path`, async (t) => {
    const { url, heard } = await serve(t, (_, response) => send(response, { data: {} }))
    await new SpecieClient(url, { key, ...impatient }).getInvoice(id)
    await new PanelClient(url, 'P1', impatient).getInvoice(id)
    const parts = heard.map(({ target }) => target.split('/').map(decodeURIComponent))
    assert.deepEqual(parts, [['', 'invoices', id], ['', 'api', 'v1', 'invoices', id]])
    assert.ok(heard.every(({ headers }) => headers['x-evil'] === undefined))
  })
}

test('an id that would be another call is refused', async (t) => {
  const { url, heard } = await serve(t, (_, response) => send(response, { data: {} }))
  const client = new SpecieClient(url, { key, ...impatient })
  for (const id of ['', '.', '..', '\ud800']) await assert.rejects(async () => client.getInvoice(id), Error)
  assert.equal(heard.length, 0)
})

test('nothing of a caller gets into a header but what belongs there', async () => {
  const client = new SpecieClient('http://127.0.0.1:9', { key, ...impatient })
  /** @type {any[]} */
  const keys = ['', 'a\r\nX-Evil: 1', ' a', 'a ', 'ü', '\u007f', {}, 17, true]
  for (const idempotencyKey of keys) {
    await assert.rejects(client.createInvoice({ price: 1 }, { idempotencyKey }), TypeError)
  }
  for (const token of ['', 'a b', 'a\r\nX-Evil: 1', 'ü']) {
    assert.throws(() => new PanelClient('http://127.0.0.1:9', token), TypeError)
  }
})

test('what is no address of a server is refused', () => {
  for (const url of ['', 'pay.example.com', 'ftp://pay.example.com', 'javascript:alert(1)', 'https://me:secret@pay.example.com',
    'https://pay.example.com/?a=b', 'https://pay.example.com/#a']) {
    assert.throws(() => new SpecieClient(url), TypeError, url)
  }
})

test('no error says a key or a token, and neither does a client', async (t) => {
  const kept = [key.getPrivate('hex'), 'P-secret', 'K-secret', btoa('K-secret')]
  const { url } = await serve(t, (asked, response) => (asked.method === 'GET' ? response.destroy() : send(response, '', 500)))
  for (const at of [url, 'http://127.0.0.1:9']) {
    const signing = new SpecieClient(at, { key, tokens: { merchant: 'T-secret' }, ...impatient })
    const keyed = new SpecieClient(at, { apiKey: 'K-secret', ...impatient })
    const panel = new PanelClient(at, 'P-secret', impatient)
    const calls = [
      signing.getInvoices(), signing.createInvoice({ price: 1 }), keyed.getInvoices(), keyed.createInvoice({ price: 1 }),
      panel.listStores(), panel.archiveInvoice(1),
    ]
    const failures = await Promise.all(calls.map((call) => call.then(() => assert.fail(), (reason) => reason)))
    const said = inspect([failures, keyed, panel], { depth: 20, showHidden: true })
    for (const secret of ['T-secret', ...kept]) assert.ok(!said.includes(secret), secret)
    for (const secret of kept) assert.ok(!inspect(signing, { depth: 20, showHidden: true }).includes(secret), secret)
  }
})

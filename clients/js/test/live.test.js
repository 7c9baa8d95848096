// How a checkout goes on: what is told of it, how often it is asked, and when that ends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyPair, SpecieClient, watchInvoice } from '../src/index.js'
import { inTurn, send, serve } from './server.js'

const paid = { btcDue: '0.00000000', btcPaid: '0.00040000', transactions: [] }

/** @param {object} data @returns {import('./server.js').Answer} */
const state = (data) => ({ target }, response) => (target.endsWith('/ws') ? send(response, '', 404) : send(response, { data }))

test('each change is told once, and the end is the end', async (t) => {
  const invoices = [
    { status: 'new', btcDue: '0.00040000', currentTime: 1 },
    { status: 'new', btcDue: '0.00040000', currentTime: 2 },
    { ...paid, status: 'paid' },
    { ...paid, status: 'paid' },
    { ...paid, status: 'confirmed', transactions: [{ confirmations: 1 }] },
    { ...paid, status: 'confirmed', transactions: [{ confirmations: 2 }] },
    { ...paid, status: 'complete', transactions: [{ confirmations: 6 }] },
  ]
  const { url, heard } = await serve(t, inTurn(...invoices.map(state)))
  const told = []
  for await (const { status } of watchInvoice(url, 'Qz1', { interval: 5 })) told.push(status)
  assert.deepEqual(told, ['new', 'paid', 'confirmed', 'confirmed', 'complete'])
  assert.ok(heard.every(({ headers }) => headers.authorization === undefined && headers['x-identity'] === undefined))
})

test('a client watches with its own credentials', async (t) => {
  const { url, heard } = await serve(t, state({ status: 'complete' }))
  for await (const _ of new SpecieClient(url, { key: KeyPair.generate(), tokens: { merchant: 'T1' } }).watchInvoice('Qz1'));
  assert.deepEqual([heard[0].target, typeof heard[0].headers['x-signature']], ['/invoices/Qz1?token=T1', 'string'])
})

for (const status of ['complete', 'expired', 'invalid']) {
  test(`of an invoice that is ${status} there is nothing to wait for`, async (t) => {
    const { url } = await serve(t, state({ status }))
    const states = []
    for await (const one of watchInvoice(url, 'Qz1')) states.push(one)
    assert.deepEqual(states, [{ status }])
  })
}

test('whoever looks away is told no more', async (t) => {
  const { url, heard } = await serve(t, state({ status: 'new' }))
  for await (const _ of watchInvoice(url, 'Qz1', { interval: 1 })) break
  const before = heard.length
  await new Promise((wake) => setTimeout(wake, 30))
  assert.equal(heard.length, before)
})

test('a caller who stops gets their own reason', async (t) => {
  const { url } = await serve(t, state({ status: 'new' }))
  const stop = new AbortController()
  const watching = watchInvoice(url, 'Qz1', { signal: stop.signal, interval: 60_000 })
  await watching.next()
  const reason = new Error('the page was closed')
  setTimeout(() => stop.abort(reason), 20)
  await assert.rejects(watching.next(), reason)
})

test('an invoice that nobody made is an error', async (t) => {
  const { url } = await serve(t, (_, response) => send(response, { error: 'Object not found' }, 404))
  await assert.rejects(watchInvoice(url, 'Qz1').next(), { status: 404 })
})

// How a checkout goes on: what is told of it, how often it is asked, and when that ends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecieClient, watchInvoice } from '../src/index.js'
import { inTurn, send, serve } from './server.js'

const paid = { status: 'new', due: '0.00000000', paid: '0.00040000' }

/** @param {object} state @returns {import('./server.js').Answer} */
const state = (state) => (asked, response) => (asked.target.endsWith('/ws') ? send(response, '', 404) : send(response, state))

test('each change is told once, and the end is the end', async (t) => {
  const states = [
    { status: 'new', due: '0.00040000', expirationSeconds: 900 },
    { status: 'new', due: '0.00040000', expirationSeconds: 897 },
    { ...paid, status: 'paid', receivedConfirmations: 0 },
    { ...paid, status: 'paid', receivedConfirmations: 0 },
    { ...paid, status: 'confirmed', receivedConfirmations: 1 },
    { ...paid, status: 'complete', receivedConfirmations: 6 },
  ]
  const { url, heard } = await serve(t, inTurn(...states.map(state)))
  const told = []
  for await (const { status } of new SpecieClient(url).watchInvoice('Qz1', { interval: 5 })) told.push(status)
  assert.deepEqual(told, ['new', 'paid', 'confirmed', 'complete'])
  assert.ok(heard.every(({ headers }) => headers.authorization === undefined && headers['x-identity'] === undefined))
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

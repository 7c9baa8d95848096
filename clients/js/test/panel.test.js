// The panel's client: its token, its filters, and lists that come a page at a time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PanelClient } from '../src/index.js'
import { send, serve } from './server.js'

/** A server with so many invoices. @param {import('node:test').TestContext} t @param {number} count */
function withInvoices(t, count) {
  return serve(t, ({ target }, response) => {
    const query = new URL(target, 'http://a').searchParams
    const [from, size] = [Number(query.get('cursor') ?? 0), Number(query.get('per_page') ?? 20)]
    const data = Array.from({ length: Math.min(size, count - from) }, (_, n) => ({ id: count - from - n }))
    const next_cursor = from + size < count ? String(from + size) : null
    send(response, { success: true, data, links: { next: null }, meta: { per_page: size, next_cursor } })
  })
}

for (const [count, pages] of [[0, 1], [1, 1], [20, 1], [21, 2], [45, 3]]) {
  test(`${count} invoices are ${pages} pages, and one list`, async (t) => {
    const { url, heard } = await withInvoices(t, count)
    const seen = []
    for await (const { id } of new PanelClient(url, 'P1').invoices(1)) seen.push(id)
    assert.deepEqual(seen, Array.from({ length: count }, (_, n) => count - n))
    assert.equal(heard.length, pages)
    assert.ok(heard.every(({ headers }) => headers.authorization === 'Bearer P1'))
  })
}

test('whoever has seen enough asks for no further page', async (t) => {
  const { url, heard } = await withInvoices(t, 1000)
  for await (const { id } of new PanelClient(url, 'P1').invoices(1, { perPage: 5 })) if (id < 994) break
  assert.equal(heard.length, 2)
})

test('a filter that there is not is refused: passed over, every invoice would be found', async (t) => {
  const { url, heard } = await withInvoices(t, 3)
  const panel = new PanelClient(url, 'P1')
  const wrong = /** @type {any} */ ({ order_id: 'A-18' })
  await assert.rejects(panel.listInvoices(1, wrong), /not filtered by order_id/)
  await assert.rejects(panel.invoices(1, wrong).next(), TypeError)
  assert.equal(heard.length, 0)
})

test('filters have the server\'s names', async (t) => {
  const { url, heard } = await withInvoices(t, 0)
  await new PanelClient(url, 'P1').listInvoices(7, {
    status: 'paid', orderId: 'A 1', archived: true, from: new Date(0), to: '2026-11-21', search: 'INV-000001',
    perPage: 5, cursor: 'c',
  })
  const query = 'status=paid&order_id=A%201&archived=true&from=1970-01-01T00%3A00%3A00.000Z&to=2026-11-21&search=INV-000001'
  assert.equal(heard[0].target, `/api/v1/stores/7/invoices?${query}&per_page=5&cursor=c`)
})

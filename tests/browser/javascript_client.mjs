// A shop's page, of another origin, imports the client for JavaScript by the import map of its README, with no bundler: keys
// and signatures, Web Crypto, calls across origins, and a checkout that is followed by its socket.

import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { ask, equal, story, url } from './person.mjs'

const client = new URL('../../clients/js/', import.meta.url).pathname
const [, map] = readFileSync(join(client, 'README.md'), 'utf8').match(/^```html\n(.*?)^```$/ms)
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<main><h1>Shop</h1></main>${map}<script type="module">window.specie = await import('specie')</script></html>`

/** The shop's own files: its page, and what npm put into `node_modules`. */
const shop = createServer(({ url: path }, response) => {
  if (path === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(html)
  const own = '/node_modules/specie/'
  const file = path.startsWith(own) ? join(client, path.slice(own.length)) : join(process.env.SPECIE_OWN_NODE_PATH, path.slice('/node_modules/'.length))
  if (!existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': 'text/javascript' })
  createReadStream(file).pipe(response)
}).listen(0, '127.0.0.1')

await story(async (buyer) => {
  const { page } = buyer
  const origin = `http://127.0.0.1:${shop.address().port}`
  buyer.elsewhere.push(origin)
  await page.goto(`${origin}/`)
  await page.waitForFunction(() => 'specie' in window)

  const known = await page.evaluate(async () => {
    const { crypto, isGenuine } = window.specie
    const key = crypto.load_keypair('5d8782152754afcc6e44becbc3c63a8569b30ba722058777c193cd6bc8f7b7bf')
    const one = crypto.load_keypair('1')
    const message = 'https://btcpay.example.com/invoices?token=abc&status=new'
    const received = { body: '{}', now: 1, signature: 't=1,v1=f1ee2c2aeec54799513f774d06f9a665c3082cf76906ba81a8f7e543d31efaed' }
    const genuine = ['whsec_1', 'whsec_2'].map((secret) => isGenuine({ secret, ...received }))
    return [crypto.get_sin_from_key(key), crypto.sign(message, one).toString('hex'), ...await Promise.all(genuine)]
  })
  equal(known, [
    'TfEKWr2FcX2XnWxUNPJ3iD5Xe6X5frZb1DG',
    '3044022048f2f3185b2bc05a5ca2373af52261143d9870a34fcaa2667b4eb97e7e0bcf17022037085030550dbbfda243f40ff66bc28c8b1e1235cc087389f53ceab18ae0697f',
    true,
    false,
  ], 'a name, a signature, a webhook and a forgery')

  const code = await ask('pairing code')
  const invoice = await page.evaluate(async ([server, code]) => {
    const { BTCPayClient, crypto, watchInvoice } = window.specie
    const client = new BTCPayClient(server, crypto.generate_keypair())
    await client.pair_client(code)
    const invoice = await client.create_invoice({ price: 20, currency: 'USD', orderId: `it's (one)` })
    const [found] = await client.get_invoices({ orderId: `it's (one)` })
    window.states = []
    window.watching = (async () => {
      for await (const { status } of watchInvoice(server, invoice.id, { interval: 600_000 })) window.states.push(status)
    })()
    return { id: invoice.id, found: found.id, status: (await client.getPublicInvoice(invoice.id)).status }
  }, [url, code])
  equal([invoice.found, invoice.status], [invoice.id, 'new'], 'the invoice')
  await page.waitForFunction(() => window.states.length === 1)
  await ask('pay', { id: invoice.id, until: 'paid' })
  await page.waitForFunction(() => window.states.at(-1) === 'paid')
  await ask('mine', { id: invoice.id, blocks: 6, until: 'complete' })
  await page.evaluate(() => window.watching)
  equal(await page.evaluate(() => window.states.at(-1)), 'complete', 'what the page was told last')

  const token = await ask('API token')
  const stores = await page.evaluate(async ([server, token]) => {
    const names = []
    for await (const { name } of new window.specie.PanelClient(server, token).stores()) names.push(name)
    return names
  }, [url, token])
  equal(stores, ['Alder & Finch Books'], 'the stores')
})
shop.close()

// A shop's page, of another origin, shows the checkout in a frame by the script that the server has for that, and hears
// from it what BTCPay's plugins listen to.

import { ask, equal, story, url } from './person.mjs'

const html = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><main><h1>Shop</h1>${body}</main></html>`
const script = `<script src="${url}/modal/btcpay.js"></script>`
const heard = `<script>
  window.heard = []
  btcpay.onModalWillEnter(() => heard.push('enter'))
  btcpay.onModalWillLeave(() => heard.push('leave'))
  btcpay.onModalReceiveMessage(({ data }) => heard.push(data))
</script>`

await story(async (buyer) => {
  const { page, amiss } = buyer
  const invoice = await ask('invoice', { price: 20, currency: 'USD' })
  const other = await ask('invoice', { price: 30, currency: 'USD' })
  const shop = await ask('shop page', { path: '/basket', html: html(script + heard) })
  buyer.elsewhere.push(new URL(shop).origin)
  await buyer.open(shop)

  const hears = (message) => page.waitForFunction(
    (wanted) => window.heard.some((one) => JSON.stringify(one) === wanted), JSON.stringify(message),
  )
  const frame = page.locator('iframe[name=btcpay]')
  const inside = page.frameLocator('iframe[name=btcpay]')

  // Before anything is shown, nobody is listened to.
  await page.evaluate(() => postMessage('loaded', '*'))
  await page.evaluate((id) => window.btcpay.showInvoice(id), invoice.id)
  equal(await frame.getAttribute('src'), `${url}/invoice?id=${invoice.id}&view=modal`, 'the frame\'s address')
  await hears('loaded')
  await frame.waitFor({ state: 'visible' })
  await inside.getByText('Waiting for payment').waitFor()
  equal(await page.evaluate(() => window.heard), ['enter', 'loaded'], 'what the page heard')
  await page.screenshot({ path: process.env.SPECIE_PICTURE || undefined })
  await buyer.look()

  await ask('pay', { id: invoice.id, until: 'paid' })
  await hears({ invoiceId: invoice.id, status: 'paid' })
  await ask('mine', { id: invoice.id, blocks: 6, until: 'complete' })
  await hears({ invoiceId: invoice.id, status: 'complete' })

  // What the page says itself is nothing that the checkout said.
  await page.evaluate(() => postMessage('close', '*'))
  await page.evaluate(() => new Promise((done) => { setTimeout(done) }))
  equal(await frame.count(), 1, 'frames after a word of another\'s')
  const close = () => inside.getByRole('button', { name: 'Close' }).click()
  await close()
  await hears('close')
  await frame.waitFor({ state: 'detached' })
  const said = await page.evaluate(() => window.heard.filter((one) => typeof one === 'string'))
  equal(said, ['enter', 'loaded', 'leave', 'close'], 'what the page heard in all')

  // A second time: it warns, and the first one goes on.
  await page.addScriptTag({ url: `${url}/modal/btcpay.js?v=2` })
  equal(amiss.splice(0), ['console: btcpay.js attempted to initialize more than once.'], 'a warning')
  await page.evaluate((id) => {
    window.heard = []
    window.btcpay.appendAndShowInvoiceFrame(id, { animateEntrance: false, paymentMethodId: 'BTC-CHAIN' })
  }, other.id)
  const src = `${url}/i/${other.id}/BTC-CHAIN?view=modal&animateEntrance=false`
  equal(await frame.getAttribute('src'), src, 'the address with a payment method')
  equal(await frame.isVisible(), true, 'a frame that is shown at once')
  await hears('loaded')
  await page.evaluate(() => window.btcpay.hideFrame())
  equal(await page.evaluate(() => window.heard), ['enter', 'loaded', 'leave'], 'shown once')

  // What is no invoice says so in the frame, and can be left by a key.
  await page.evaluate(() => { window.heard = []; window.btcpay.showInvoice('none') })
  await hears('loaded')
  await inside.getByText('No such invoice').waitFor()
  await inside.getByText('No such invoice').click()
  await page.keyboard.press('Escape')
  await frame.waitFor({ state: 'detached' })
  amiss.splice(0)

  // A form of the page's own leads into the frame, whether or not something comes of it.
  const { storeId } = await (await fetch(`${url}/i/${invoice.id}/status`)).json()
  const form = (price) => `<form method="post" action="${url}/api/v1/invoices" target="btcpay" data-btcpay-button>
    <input type="hidden" name="storeId" value="${storeId}"><input type="hidden" name="price" value="${price}">
    <button>Buy for ${price}</button></form>`
  await buyer.open(await ask('shop page', { path: '/forms', html: html(form(5) + form('nothing') + script + heard) }))
  await page.getByRole('button', { name: 'Buy for 5' }).click()
  await hears('loaded')
  await inside.getByText('Your order').waitFor()
  await close()
  await frame.waitFor({ state: 'detached' })
  await page.evaluate(() => { window.heard = [] })
  await page.getByRole('button', { name: 'Buy for nothing' }).click()
  await inside.getByText('This payment cannot be started').waitFor()
  await hears('loaded')
  await close()
  await frame.waitFor({ state: 'detached' })

  // A card that is read near the page around it goes to whoever asked for it in the frame.
  await page.evaluate((id) => {
    window.NDEFReader = class {
      async scan() {
        if (window.refuses) throw new Error('no permission')
        this.onreading({ message: { records: [{ data: new TextEncoder().encode('lnurlw://card') }] } })
      }
    }
    window.btcpay.showInvoice(id)
  }, other.id)
  await frame.waitFor({ state: 'visible' })
  const read = () => inside.locator('body').evaluate(() => new Promise((done) => {
    addEventListener('message', ({ data }) => done(data), { once: true })
    parent.postMessage('nfc:startScan', '*')
  }))
  equal(await read(), { action: 'nfc:data', data: 'lnurlw://card' }, 'what a card says')
  await page.evaluate(() => { window.refuses = true })
  equal(await read(), { action: 'nfc:error' }, 'a reader that may not read')
  await inside.locator('body').evaluate(() => parent.postMessage('nfc:abort', '*'))
  await hears('nfc:abort')
  await page.evaluate(() => window.btcpay.hideFrame())

  // From another address the script asks where the server is.
  const text = await (await fetch(`${url}/modal/btcpay.js`)).text()
  const own = await ask('shop page', { path: '/own', html: html(`<script>${text}</script>${heard}`) })
  await buyer.open(own)
  await page.evaluate((id) => window.btcpay.showInvoice(id), other.id)
  equal(amiss.splice(0).length, 1, 'a warning that it does not know the server')
  await page.evaluate(([server, id]) => {
    window.btcpay.setApiUrlPrefix(`${server}//`)
    window.btcpay.appendInvoiceFrame(id, 'BTC-CHAIN')
  }, [url, other.id])
  equal(await frame.getAttribute('src'), `${url}/i/${other.id}/BTC-CHAIN?view=modal`, 'the address from a prefix')
  await hears('loaded')
  await buyer.look()

  // The page around it leads to the wallet, of which this browser has none. Last, since it wonders about that
  // for a while and takes neither pointer nor keys.
  const link = await inside.locator('#wallet').getAttribute('href')
  const led = page.waitForEvent('requestfailed', (request) => request.url() === link)
  await inside.locator('#wallet').click()
  await hears({ open: link })
  equal((await led).frame() === page.mainFrame(), true, 'the whole page being led to the wallet')
  equal(amiss.splice(0).every((line) => line.includes(link)), true, 'nothing else amiss')
})

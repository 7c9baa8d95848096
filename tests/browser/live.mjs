// How soon an open checkout shows a payment: from the moment that the server wrote the event to the moment that the
// page has changed, by one clock. The test prints the figures.

import { ask, story } from './person.mjs'

await story(async (buyer) => {
  const { page } = buyer
  for (let i = 0; i < 5; i += 1) {
    const invoice = await ask('invoice', { price: 20, currency: 'USD' })
    await buyer.open(invoice.url)
    await page.evaluate(() => {
      const seen = () => document.getElementById('checkout').dataset.status === 'paid'
      globalThis.changed = new Promise((resolve) => {
        new MutationObserver(() => { if (seen()) resolve(Date.now()) })
          .observe(document.documentElement, { attributes: true, childList: true, subtree: true })
      })
    })
    await ask('pay', { id: invoice.id, until: 'paid' })
    const changed = await page.evaluate(() => globalThis.changed)
    await ask('changed', { at: changed })
  }
})

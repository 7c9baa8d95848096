// A price expires while its buyer looks on, and the buyer goes on: at a new price, and with more time for the rest.

import { ask, equal, javascript, story } from './person.mjs'

const state = 'p.state'

await story(async (buyer) => {
  const { page } = buyer
  const invoice = await ask('invoice', { price: 20, currency: 'USD', orderId: 'A-1' })
  const expire = async () => {
    await ask('time passes', { id: invoice.id })
    await buyer.open(`${invoice.url}&lang=en`)
    await buyer.sees('This price has expired', state)
    equal(await page.locator('#wallet').count(), 0, 'a link to a wallet after expiry')
  }
  await buyer.open(`${invoice.url}&lang=en`)
  await buyer.sees('Waiting for payment', state)
  await expire()
  await ask('rate', { rate: '40000' })
  await buyer.press('Get a new price')
  await buyer.sees('Waiting for payment', state)
  equal(new URL(page.url()).searchParams.get('lang'), 'en', 'the language that was chosen')
  equal(await page.locator('#amount').textContent(), '0.00050000', 'the amount at the new rate')
  equal(await page.locator('#address').textContent(), invoice.bitcoinAddress, 'the address')

  await ask('pay', { id: invoice.id, amount: '0.0002', until: 'paidPartial' })
  if (javascript) await buyer.sees('Send 0.00030000 BTC more', state)
  await expire()
  await buyer.press('Get more time')
  await buyer.sees('Send 0.00030000 BTC more', state)
  await ask('pay', { id: invoice.id, amount: '0.0003', until: 'paid' })
  if (!javascript) await buyer.follow('Refresh now')
  await buyer.sees('Payment seen', state)
  await ask('mine', { id: invoice.id, blocks: 6, until: 'complete' })
  if (!javascript) await buyer.follow('Refresh now')
  await buyer.sees('Payment complete', state)
})

// What a buyer is told while the server cannot look: its node is gone, or nobody says what a bitcoin is worth.

import { ask, equal, javascript, story } from './person.mjs'

const behind = 'This server is still catching up with the chain.'

await story(async (buyer) => {
  const { page } = buyer
  const invoice = await ask('invoice', { price: 20, currency: 'USD', orderId: 'A-1' })
  const again = () => buyer.open(`/i/${invoice.id}`)
  await again()
  equal(await page.locator('.notice').count(), 0, 'notices while all is well')
  equal((await page.locator('#wallet').getAttribute('href')).startsWith('bitcoin:bcrt1'), true, 'a link of the real chain')

  await ask('the node goes', { id: invoice.id })
  await again()
  await buyer.sees(behind, '.notice')
  equal(await page.locator('#wallet').count(), 1, 'a link to a wallet: it can be paid all the same')
  await ask('the node returns', { id: invoice.id })
  await again()
  equal(await page.locator('.notice').count(), 0, 'notices once all is well again')

  await ask('time passes', { id: invoice.id })
  await ask('no rate')
  await again()
  await buyer.sees('This price has expired', 'p.state')
  // An answer that says no is noted by the browser as an error of the page's.
  const noted = buyer.amiss.length
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Get a new price' }).click()])
  await buyer.sees('No price at the moment', 'h1')
  buyer.amiss.splice(noted)
  await buyer.look()
  await ask('a rate')
  await buyer.follow('Back to the invoice')
  await buyer.press('Get a new price')
  await buyer.sees('Waiting for payment', 'p.state')
  equal(javascript || await page.locator('noscript').count() > 0, true, 'a page that comes again by itself')
})

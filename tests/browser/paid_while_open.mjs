// An invoice is paid while its buyer looks at the checkout. With scripts the page changes by itself; without, it comes
// again every 15 seconds, or at once by its link.

import { ask, equal, javascript, story, url } from './person.mjs'

const state = 'p.state'

await story(async (buyer) => {
  const invoice = await ask('invoice', { price: 20, currency: 'USD', itemDesc: 'Two books', orderId: 'A-1' })
  const { page } = buyer
  await buyer.open(invoice.url)
  await buyer.sees('Waiting for payment', state)
  equal(await page.locator('#wallet').getAttribute('href'), invoice.paymentUrls.BIP21, 'the wallet\'s link')
  const refreshes = await page.locator('noscript').count()
  equal(refreshes > 0, true, 'a page that comes again without scripts')

  if (javascript) {
    await buyer.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
    for (const [button, bare] of [['Copy address', invoice.bitcoinAddress], ['Copy amount', '0.00040000']]) {
      await page.getByRole('button', { name: button, exact: true }).click()
      await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
      equal(await page.evaluate(() => navigator.clipboard.readText()), bare, button)
      await page.getByRole('button', { name: button, exact: true }).waitFor()
    }
  }

  const becomes = async (words) => {
    if (!javascript) await buyer.follow('Refresh now')
    await buyer.sees(words, state)
    await buyer.look()
  }
  await ask('pay', { id: invoice.id, amount: '0.0001', until: 'paidPartial' })
  await becomes('Send 0.00030000 BTC more')
  await ask('pay', { id: invoice.id, until: 'paid' })
  if (javascript) await becomes('Payment seen')
  else {
    // Nobody touches the page: it comes again by itself.
    await page.waitForNavigation()
    await buyer.sees('Payment seen', state)
  }
  await ask('mine', { id: invoice.id, blocks: 1, until: 'confirmed' })
  await becomes('Paid')
  await ask('mine', { id: invoice.id, blocks: 5, until: 'complete' })
  await becomes('Payment complete')
  equal(await page.locator('#checkout').getAttribute('data-final'), '', 'a page that is final')
  equal(await page.getByRole('link', { name: 'Refresh now' }).isVisible(), false, 'a link to refresh what is final')
})

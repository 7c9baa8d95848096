// What a buyer is told while the server cannot look: its node is gone, or nobody says what a bitcoin is worth.

import { ask, barriers, equal, javascript, story } from './person.mjs'

const behind = 'This server is still catching up with the chain.'
/** A desktop, a phone, and a desktop magnified four times. */
const WINDOWS = [{ width: 1280, height: 720 }, { width: 390, height: 844 }, { width: 320, height: 256 }]

/** Looks at a page in light and dark in each window; what is amiss is said by what it was. */
async function everyWay(page, what) {
  if (!javascript) return
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme })
    for (const size of [...WINDOWS].reverse()) {
      await page.setViewportSize(size)
      const where = `${what}, ${colorScheme}, ${size.width} pixels`
      equal(await barriers(page), [], `barriers of ${where}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) throw new Error(`${where}: ${wide} pixels too wide`)
    }
  }
}

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
  await everyWay(page, 'a server out of sight')
  await buyer.open(`/i/${invoice.id}?lang=ar`)
  equal(await page.locator('html').getAttribute('dir'), 'rtl', 'the direction')
  equal(await page.locator('.notice').count(), 1, 'notices from the right')
  await everyWay(page, 'a server out of sight, from the right')
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

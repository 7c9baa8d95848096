// Every state of the checkout, as its buyer meets it: its own words, its own icon, and only then something to pay with
// where something is to be paid. Each is there in every language; a receipt prints on every paper.

import { ask, barriers, equal, javascript, story } from './person.mjs'

/** What each state says, whether it can be paid, and what its buyer is offered to go on. */
const STATES = {
  unopened: ['Your order', false, 'Continue to payment'],
  new: ['Waiting for payment', true],
  partial: ['Send 0.00030000 BTC more', true],
  replaced: ['Your payment was replaced', true],
  'top-up': ['Waiting for payment', true],
  paid: ['Payment seen', false],
  confirming: ['Confirming', false],
  confirmed: ['Paid', false],
  complete: ['Payment complete', false],
  over: ['Paid, and more than asked', false],
  free: ['Nothing to pay', false],
  expired: ['This price has expired', false, 'Get a new price'],
  'expired-partial': ['This price has expired', false, 'Get more time'],
  late: ['Payment arrived after expiry', false],
  invalid: ['Payment not valid', false],
}
/** Millimetres of each paper, and how near a printed page has to come to them. */
const PAPERS = { a4: 210, 80: 80, 58: 58 }
const NEAR = 0.5

await story(async (buyer) => {
  const { page } = buyer
  const invoices = Object.assign({}, ...(await ask('invoices')))
  const icons = new Map()
  for (const [state, [title, payable, goOn]] of Object.entries(STATES)) {
    await buyer.open(`/i/${invoices[state]}`)
    equal(await page.locator('p.state').textContent(), title, state)
    equal(await page.locator('#wallet').count(), payable ? 1 : 0, `${state}: a link to a wallet`)
    equal(await page.locator('.go-on button').allTextContents(), goOn ? [goOn] : [], `${state}: what to go on with`)
    const icon = await page.locator('#status > svg').innerHTML()
    const other = icons.get(icon)
    if (other && STATES[other][0] !== title) throw new Error(`${state} and ${other} show the same icon`)
    icons.set(icon, state)
  }

  // The languages offer themselves; each is chosen by a form, and stays while the page is used.
  await buyer.open(`/i/${invoices.new}`)
  const languages = await page.locator('#lang option').evaluateAll((options) => options.map(({ value }) => value))
  equal(languages.length, 12, 'languages')
  const titles = new Set()
  for (const tag of languages) {
    await buyer.open(`/i/${invoices.new}`)
    await page.locator('#lang').selectOption(tag)
    await Promise.all([page.waitForNavigation(), page.locator('.languages button').click()])
    await buyer.look()
    equal(await page.locator('html').getAttribute('lang'), tag, 'the language of the page')
    equal(await page.locator('html').getAttribute('dir'), tag === 'ar' ? 'rtl' : 'ltr', `the direction of ${tag}`)
    titles.add(await page.locator('p.state').textContent())
    equal(await page.locator('#amount').textContent(), '0.00040000', `the amount in ${tag}`)
    await page.setViewportSize({ width: 320, height: 640 })
    for (const state of ['new', 'partial', 'confirming', 'complete', 'expired']) {
      await buyer.open(`/i/${invoices[state]}?lang=${tag}`)
      if (!javascript) continue
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) throw new Error(`${state} in ${tag} is ${wide} pixels too wide for a small phone`)
    }
    // Amount, code and wallet are on a small phone's first screen.
    await page.setViewportSize({ width: 360, height: 640 })
    await buyer.open(`/i/${invoices.new}?lang=${tag}`)
    const { y, height } = await page.locator('#wallet').boundingBox()
    if (y + height > 640) throw new Error(`the wallet's link ends at ${y + height} of 640 pixels in ${tag}`)
    await page.setViewportSize({ width: 1280, height: 720 })
  }
  equal(titles.size, languages.length, 'languages that say it in words of their own')

  // A receipt is printed as wide as its paper, and nothing of it is cut off.
  await buyer.open(`/i/${invoices.complete}`)
  await buyer.follow('Receipt to keep')
  for (const [paper, width] of Object.entries(PAPERS)) {
    await buyer.open(`/i/${invoices.complete}/receipt?print=${paper}`)
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    const [, , , right] = pdf.match(/\/MediaBox \[\s*([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)/).map(Number)
    const printed = right / 72 * 25.4
    if (Math.abs(printed - width) > NEAR) throw new Error(`a receipt on ${paper} is printed ${printed} mm wide`)
    equal(pdf.match(/\/Type \/Page\b/g).length, 1, `sheets of ${paper}`)
    if (!javascript) continue
    await page.emulateMedia({ media: 'print' })
    await page.setViewportSize({ width: Math.floor((width - (width < 100 ? 6 : 40)) / 25.4 * 96), height: 900 })
    const cut = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (cut > 0) throw new Error(`${cut} pixels of a receipt on ${paper} are cut off`)
    equal(await barriers(page), [], `barriers of a receipt on ${paper}`)
    await page.emulateMedia({ media: null })
    await page.setViewportSize({ width: 1280, height: 720 })
  }
  await buyer.open(`/i/${invoices.new}/receipt`)
  equal(new URL(page.url()).pathname, `/i/${invoices.new}`, 'where the receipt of what is not paid leads')
})

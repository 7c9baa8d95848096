// A merchant makes payment buttons and puts them on a page of another origin; buyers press them. Signed ones cannot be
// altered, and can be withdrawn; those that are not signed work only where anyone may make invoices.

import { ask, equal, javascript, story } from './person.mjs'

const STOPPED = 'This payment cannot be started'
const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><main><h1>Shop</h1>${body}</main></html>`

await story(async (merchant) => {
  let pages = 0
  const put = async (html) => {
    const at = await ask('shop page', { path: `/page${pages += 1}`, html: page(html) })
    merchant.elsewhere.push(new URL(at).origin)
    await merchant.open(at)
  }
  const generator = async () => {
    await merchant.open('/stores')
    await merchant.follow('Alder & Finch Books')
    await merchant.follow('Store settings')
    await merchant.follow('Make a payment button')
  }
  const make = async (choices) => {
    await generator()
    for (const [label, text] of choices) await merchant.fill(label, text)
    await merchant.press('Show button')
    return merchant.page.locator('#snippet').textContent()
  }
  const pays = async (price) => {
    await merchant.press('Pay with Bitcoin')
    await merchant.sees(price)
    // The address is issued to whoever goes on.
    equal(await merchant.page.locator('#wallet').count(), 0, 'an address before anybody wants one')
    await merchant.press('Continue to payment')
    await merchant.page.locator('#wallet').waitFor()
    await merchant.look()
  }

  await merchant.open('/login')
  await merchant.logIn()
  const signed = await make([['Price', '20'], ['Currency', 'USD'], ['Description', 'Tea & "cake"']])
  await merchant.page.screenshot({ path: process.env.SPECIE_PICTURE || undefined, fullPage: true })
  await put(signed)
  await pays('20.00')
  await put(signed.replace('name="price" value="20"', 'name="price" value="1"'))
  await merchant.press('Pay with Bitcoin')
  await merchant.sees(STOPPED)

  const over = await make([['Price', '30'], ['Leads to', 'The checkout, over your page: a form and a script']])
  await put(over)
  if (javascript) {
    await merchant.page.getByRole('button', { name: 'Pay with Bitcoin' }).click()
    const frame = merchant.page.frameLocator('iframe[name=btcpay]')
    await frame.getByText('30.00').first().waitFor()
    await frame.getByRole('button', { name: 'Continue to payment' }).click()
    await frame.locator('#wallet').waitFor()
    await frame.getByRole('button', { name: 'Close' }).click()
    await merchant.page.locator('iframe').waitFor({ state: 'detached' })
  } else await pays('30.00')

  const link = await make([['Price', '40'], ['Leads to', 'The checkout: a link, for mails and messages']])
  await put(link)
  await merchant.follow('Pay with Bitcoin')
  await merchant.sees('40.00')

  const open = await make([])
  await put(open)
  await merchant.page.locator('[name=price]').fill('7.5')
  await pays('7.50')

  const unsigned = await make([['Price', '50'], ['Signed', 'No: as BTCPay\'s']])
  await merchant.sees('works only while')
  await put(unsigned)
  await merchant.press('Pay with Bitcoin')
  await merchant.sees(STOPPED)
  await merchant.open('/stores')
  await merchant.follow('Alder & Finch Books')
  await merchant.follow('Store settings')
  await merchant.page.locator('summary', { hasText: 'Advanced' }).click()
  await merchant.page.getByLabel('Anyone can create invoices').check()
  await merchant.press('Save')
  await put(unsigned)
  await pays('50.00')

  await generator()
  await merchant.follow('Withdraw signed buttons')
  await merchant.press('Withdraw')
  await merchant.sees('The signed buttons are withdrawn.')
  await put(signed)
  await merchant.press('Pay with Bitcoin')
  await merchant.sees(STOPPED)
})

// A refund from the merchant's desk to the buyer's wallet: asked by a link, claimed with an address, built, signed on the
// practice chain, and seen as paid by both.

import { ask, equal, story } from './person.mjs'

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'

await story(async (person) => {
  const { page } = person
  const invoice = await ask('invoice', { price: 20, currency: 'USD', orderId: 'A-17', itemDesc: 'Two books' })
  await ask('pay', { id: invoice.id, amount: '0.0005', until: 'paid' })
  await ask('mine', { id: invoice.id, blocks: 6, until: 'complete' })

  await person.open('/login')
  await person.logIn()
  await person.follow('Alder & Finch Books')
  await person.follow('20.00 USD')
  const detail = page.url()
  await person.follow('Refund')
  await person.sees('What was paid too much')
  await page.getByRole('radio', { name: /^Another amount/ }).check()
  await person.fill('Amount', '4')
  await person.press('Continue')
  await person.sees('Give back 0.00008', 'h1')
  await person.press('Refund')
  await person.sees('Address wanted', 'h2')
  const refund = page.url()
  const link = await page.locator('#claim').textContent()

  // The buyer has no account, and no session.
  await person.context.clearCookies()
  await person.open(link)
  await person.sees('Alder & Finch Books', '.shop')
  await person.fill('Your bitcoin address', ADDRESS)
  await person.press('Continue')
  await person.sees('Is this your address?', 'h2')
  equal(await page.locator('code.address').textContent(), ADDRESS, 'the address shown back')
  await person.press('Yes, send it there')
  await person.sees('The shop has your address')

  await person.open('/login')
  await person.logIn()
  await person.open(refund)
  await person.follow('Pay it')
  await person.sees('Ready to pay', 'h2')
  await person.press('Build the transaction')
  await person.sees('What will be signed', 'h2')
  equal(await page.locator('#payee-0').textContent(), ADDRESS, 'the payee')
  const payout = page.url()
  const saved = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Save the transaction (PSBT)', exact: true }).click()
  equal((await saved).suggestedFilename().endsWith('.psbt'), true, 'the name of the file')
  await page.getByText(/^Show as a (moving )?QR code$/).click()
  await page.waitForFunction(() => document.querySelector('figure.qr img').naturalWidth > 0)
  await person.press('Sign (practice)')
  await person.sees('Signed on the practice chain.')
  await person.sees('The network has it.')

  await person.open(detail)
  await person.press('Mine')
  await person.open(payout)
  await person.sees('It is in a block', '#status')
  await person.open(detail)
  await person.sees('Paid back', '#refunds')
  await person.sees('Refunded: 0.00008', '.events')
  await person.open(link)
  await person.sees('Paid back', 'p.state')
})

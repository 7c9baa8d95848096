// From the one-time link of a server that nobody has used to a pairing code that works, as btcpay-python's guide says:
// Stores > Store settings > Access tokens > Create new token, with the public key left blank.

import { ask, equal, story } from './person.mjs'

await story(async (merchant) => {
  await merchant.open(await ask('first-run link'))
  await merchant.fill('Email', 'merchant@shop.example')
  await merchant.fill('Password', 'correct horse battery')
  await merchant.press('Create the account')

  await merchant.sees('Create a new store', 'h1')
  await merchant.fill('Name', 'Tea House')
  await merchant.press('Create')
  await merchant.sees('The store is ready.')

  await merchant.follow('Stores')
  await merchant.follow('Tea House')
  await merchant.follow('Store settings')
  await merchant.follow('Access tokens')
  await merchant.follow('Create new token')
  await merchant.fill('Label', 'Till 7')
  await merchant.press('Save')
  await merchant.sees('Server initiated pairing code:')
  const code = await merchant.page.locator('code.code').innerText()
  equal(code.length, 7, 'the digits of the pairing code')

  await ask('claim', { code })
  const invoice = await ask('invoice', { price: 5, currency: 'USD' })
  equal(invoice.status, 'new', 'an invoice of the client')
  await merchant.follow('Access tokens')
  await merchant.sees('Till 7', 'table')
})

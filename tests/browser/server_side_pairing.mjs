// "Server side pairing" as BTCPay's guide for custom integrations says it, word for word.

import { ask, equal, story } from './person.mjs'

await story(async (merchant) => {
  await merchant.open('/')
  await merchant.follow('Log in')
  await merchant.logIn()
  await merchant.follow('Stores')
  await merchant.follow('Create a new store')
  await merchant.fill('Name', 'Tea House')
  await merchant.press('Create')

  await merchant.follow('Store settings')
  await merchant.follow('Access tokens')
  await merchant.follow('Create new token')
  await merchant.fill('Facade', 'merchant')
  await merchant.fill('Public key', await ask('public key'))
  await merchant.press('Request pairing')
  await merchant.sees(await ask('SIN'), 'dl')
  await merchant.press('Approve')
  await merchant.sees('Pairing is successful')

  const invoice = await ask('invoice', { price: 5, currency: 'USD' })
  equal(invoice.status, 'new', 'an invoice of the client')
  await merchant.press('Log out')
  await merchant.sees('Log in', 'h1')
})

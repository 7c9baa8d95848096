// "Client side pairing": the client asks for a code and sends its human to /api-access-request.

import { ask, equal, story } from './person.mjs'

await story(async (merchant) => {
  const code = await ask('request', { label: 'Web shop' })
  await merchant.open(`/api-access-request?pairingCode=${code}`)
  await merchant.logIn()
  await merchant.sees('Web shop', 'dl')
  await merchant.sees(code, 'dl')
  equal(await merchant.page.locator('#sin').textContent(), await ask('SIN'), 'the identity that asks')
  await merchant.fill('Store', 'Second shop')
  await merchant.press('Approve')
  await merchant.sees('Pairing is successful')
  await merchant.sees('Web shop', 'table')
  await merchant.sees('Second shop', '.store')

  const invoice = await ask('invoice', { price: 5, currency: 'USD' })
  equal(invoice.status, 'new', 'an invoice of the client')
})

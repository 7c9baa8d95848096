// A wallet is connected: its key is pasted, its first addresses are compared, and then invoices are paid into it.

import { ask, equal, story } from './person.mjs'

await story(async (merchant) => {
  const wallet = await ask('wallet')
  await merchant.open('/login')
  await merchant.logIn()
  await merchant.follow('Create a new store')
  await merchant.fill('Name', 'Tea House')
  await merchant.page.getByRole('radio', { name: /^Regtest/ }).check()
  await merchant.press('Create')
  await merchant.sees('Connect a wallet, and it can be paid.')

  await merchant.fill('Public key of your wallet', wallet.descriptor)
  await merchant.press('Continue')
  await merchant.sees('Does your wallet show the same addresses?', 'h1')
  const shown = await merchant.page.locator('code.address').allTextContents()
  equal(shown, wallet.addresses, 'the first addresses')
  await merchant.press('Yes, connect this wallet')
  await merchant.sees('The wallet is connected.')
  await merchant.sees('Native SegWit (wpkh)', 'dl')
  equal((await merchant.page.content()).includes('tpub'), false, 'the key on a page')

  await merchant.follow('Invoices')
  await merchant.follow('Create a new invoice')
  await merchant.fill('Price', '0.001')
  await merchant.fill('Currency', 'BTC')
  await merchant.press('Create')
  equal(await merchant.page.locator('code.address').textContent(), wallet.addresses[0], 'the address to pay to')
})

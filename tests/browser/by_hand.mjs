// An invoice that the merchant makes by hand, pays on the practice chain, and looks at, with the notification that its
// receiver refused at first.

import { ask, story } from './person.mjs'

await story(async (merchant) => {
  const { page } = merchant
  await merchant.open('/login')
  await merchant.logIn()
  await merchant.follow('Second shop')
  await merchant.follow('Create a new invoice')
  await merchant.fill('Price', '20')
  await merchant.fill('Item description', 'Two books')
  await merchant.fill('Order id', 'A-1')
  await page.getByText('Advanced', { exact: true }).click()
  await merchant.fill('Notification URL', await ask('refusing receiver'))
  await page.getByLabel('Extended notifications').check()
  await merchant.press('Create')
  await merchant.sees('Waiting for payment', 'h2')
  const detail = page.url()

  await merchant.follow('Checkout')
  await merchant.sees('Waiting for payment', 'p.state')
  await merchant.open(detail)
  await merchant.press('Pay')
  await merchant.sees('Paid on the practice chain.')
  await merchant.sees('Paid, not yet confirmed', 'h2')
  await merchant.sees('In mempool', 'table')
  await merchant.press('Mine')
  await merchant.sees('Confirmed', 'h2')
  await merchant.sees('1 of 1', 'table')
  await merchant.sees('New → Paid', '.events')

  // The first is refused, so all that follow wait for it.
  await ask('refused')
  const first = page.locator('.deliveries > li').first()
  await merchant.open(detail)
  await merchant.sees('Attempt 1 failed: answered 500.', '.deliveries')
  await ask('receiver accepts')
  await merchant.go(first.getByRole('button', { name: 'Redeliver', exact: true }))
  await merchant.sees('The notification is sent again.')
  await ask('all delivered')
  await merchant.open(detail)
  await first.getByText('Delivered').waitFor()
  await merchant.sees('2 attempts', '.deliveries')

  await merchant.follow('Invoices')
  await merchant.sees('A-1', 'table')
  await merchant.sees('Confirmed', 'table')
})

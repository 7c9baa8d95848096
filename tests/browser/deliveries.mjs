// A receiver that is out of order: its merchant sees every attempt with its answer, sends one again, and then all that
// failed.

import { ask, equal, story } from './person.mjs'

await story(async (merchant) => {
  const { page } = merchant
  const url = await ask('refusing receiver')
  const order = { price: 20, currency: 'USD', notificationURL: url, extendedNotifications: true }
  const orders = [await ask('invoice', order), await ask('invoice', order)]
  await ask('attempted', { times: 2 })

  await merchant.open('/login')
  await merchant.logIn()
  await merchant.follow('Alder & Finch Books')
  await merchant.follow('Webhooks')
  await merchant.follow('All deliveries')
  await merchant.sees('Deliveries', 'h1')
  await merchant.follow('Failing')
  equal(await page.locator('tbody tr').count(), orders.length, 'what failed')
  await merchant.sees('answered 500', 'table')

  // The first is refused once more before it arrives.
  await merchant.go(page.locator('tbody a strong').first())
  await merchant.sees('Where it stands', 'h2')
  await merchant.sees('1 attempt', 'h2')
  await merchant.press('Redeliver')
  await merchant.sees('It is sent again.')
  await ask('attempted', { times: 3 })
  await merchant.open(page.url())
  await merchant.sees('2 attempts', 'h2')
  await merchant.sees('Attempt 2: answered 500', '.deliveries')
  await ask('receiver accepts')
  await merchant.press('Redeliver')
  await ask('attempted', { times: 4 })
  await merchant.open(page.url())
  await merchant.sees('Delivered', '.head')
  await merchant.sees('3 attempts', 'h2')

  await merchant.follow('Deliveries')
  await merchant.fill('Everything that failed since', 'Last hour')
  await merchant.press('Redeliver all failed')
  await merchant.sees('One delivery is sent again.')
  await ask('all delivered')
  await merchant.open(page.url())
  await merchant.follow('Delivered')
  equal(await page.locator('tbody tr').count(), orders.length, 'what arrived')

  // Those that were chosen, though they arrived.
  await page.getByRole('checkbox').first().check()
  await merchant.press('Redeliver selected')
  await merchant.sees('One delivery is sent again.')
  await ask('attempted', { times: 6 })
})

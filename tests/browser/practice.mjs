// A developer takes practice invoices through everything that can happen to them: by every button on the invoice's page, by
// every button on the checkout, and by every event of `specie trigger`. What is paid with real coins has none of it.

import { ask, equal, story, url } from './person.mjs'

/** On the checkout: which buttons are pressed, and what the page says then. */
const AT_THE_CHECKOUT = [
  [['Pay'], 'Payment seen'],
  [['Pay too little'], 'Send 0.00020000 BTC more'],
  [['Pay too much', 'Mine a block'], 'Paid, and more than asked'],
  [['Pay late'], 'Payment arrived after expiry'],
  [['Pay', 'Raise the fee', 'Mine a block', 'Reorganise', 'Mine a block'], 'Paid'],
  [['Pay', 'Double-spend'], 'Your payment was replaced'],
  [['Pay', 'Mine a block', 'Reorganise and lose'], 'Payment not valid'],
  [['Expire'], 'This price has expired'],
]
/** On its merchant's page: which buttons are pressed, what is said of the last, and where the invoice stands then. */
const AT_THE_DESK = [
  [['Pay'], 'Paid on the practice chain.', 'Paid, not yet confirmed'],
  [['Pay too little'], 'Too little was paid on the practice chain.', 'Paid in part'],
  [['Pay too much', 'Mine'], '1 block mined on the practice chain.', 'Confirmed'],
  [['Pay late'], 'Paid late on the practice chain.', 'Expired, paid late'],
  [['Pay', 'Raise the fee'], 'The payment was sent again for a higher fee.', 'Paid, not yet confirmed'],
  [['Pay', 'Double-spend'], 'The coins were spent elsewhere.', 'Waiting for payment'],
  [['Pay', 'Mine', 'Reorganise'], 'The practice chain was reorganised.', 'Confirmed'],
  [['Pay', 'Mine', 'Reorganise and lose'], 'The practice chain was reorganised, and the payment is gone.', 'Invalid'],
  [['Expire'], 'The time for paying was ended.', 'Expired'],
]
/** On the command line: the event, and what the checkout says then. */
const TRIGGERED = {
  'invoice.paid': 'Payment seen',
  'invoice.partial': 'Send 0.00020000 BTC more',
  'invoice.overpaid': 'Payment seen',
  'invoice.late': 'Payment arrived after expiry',
  'invoice.replaced': 'Payment seen',
  'invoice.double_spend': 'Your payment was replaced',
  'invoice.confirmed': 'Paid',
  'invoice.reorg': 'Paid',
  'invoice.expired': 'This price has expired',
}
const ORDER = { price: 20, currency: 'USD' }

await story(async (developer) => {
  const { context, page } = developer
  const state = page.locator('p.state')
  const says = (words) => state.and(page.getByText(words, { exact: true })).waitFor()

  for (const [buttons, words] of AT_THE_CHECKOUT) {
    const { id } = await ask('invoice', ORDER)
    await developer.open(`/i/${id}`)
    await page.locator('#practice summary').click()
    for (const button of buttons) await developer.press(button)
    await says(words)
  }

  // In a shop's frame, and in another language, it leads back to where it was.
  const framed = await ask('invoice', ORDER)
  await developer.open(`/i/${framed.id}?view=modal&lang=de`)
  await page.locator('#practice summary').click()
  await developer.press('Bezahlen')
  await says('Zahlung erkannt')
  equal(new URL(page.url()).search, '?lang=de&view=modal&practice=open', 'where it leads back to')
  equal(await page.locator('#practice').getAttribute('open'), '', 'the box stays unfolded')

  await developer.open('/login')
  await developer.logIn()
  const { store, live } = await ask('stores')
  for (const [buttons, done, stands] of AT_THE_DESK) {
    const { id } = await ask('invoice', ORDER)
    await developer.open(`/stores/${store}/invoices/${id}`)
    for (const button of buttons) await developer.press(button)
    await developer.sees(done, '.flash')
    await page.locator('#status h2').and(page.getByText(stands, { exact: true })).waitFor()
  }

  for (const [event, words] of Object.entries(TRIGGERED)) {
    const { id } = await ask('invoice', ORDER)
    await developer.open(`/i/${id}`)
    await ask('trigger', { event, id })
    await developer.open(`/i/${id}`)
    await says(words)
  }

  // A live store shows none of it, and takes none of it.
  const real = await ask('live invoice', ORDER)
  for (const path of [`/i/${real.id}`, `/stores/${live}/invoices/${real.id}`]) {
    await developer.open(path)
    equal(await page.locator('#practice, .practice, [name=scenario]').count(), 0, `${path}: something of practice`)
  }
  for (const scenario of ['pay', 'expire', 'mine']) {
    const reply = await context.request.post(`${url}/i/${real.id}/practice`, { form: { scenario } })
    equal(reply.status(), 404, `${scenario} of a live invoice`)
  }
  equal(await ask('refused trigger', { id: real.id }), 'only invoices of practice stores can be paid or changed so', 'its trigger')
  await developer.open(`/i/${real.id}`)
  await says('Waiting for payment')
})

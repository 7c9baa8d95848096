// What needs a merchant: each cause is on the list, is seen to by one click, and is gone; and what was sold since stands in
// the overview's figures, in its chart and in the table beside it.

import { ask, equal, story } from './person.mjs'

const HEIGHT = 120

await story(async (merchant) => {
  const { page } = merchant
  await merchant.open('/login')
  await merchant.logIn()
  await merchant.follow('Second shop')
  await merchant.sees('What to do next', 'h2')
  await merchant.sees(/All is well: chain followed to block/)

  const made = await ask('what needs a merchant')
  await merchant.open(`/stores/${made.store}`)
  await merchant.sees('See all that needs attention')
  await merchant.follow('See all that needs attention')
  const titles = await page.locator('.tasks > li .pill').allInnerTexts()
  equal(titles, [
    'Payment lost', 'Never confirmed', 'Paid late', 'Paid in part', 'Paid too much', 'Refund waits', 'Not delivered',
  ], 'the most urgent first')
  await merchant.sees('7', '.tabs .badge')

  const click = async (cause, id, words, said) => {
    const row = page.locator(`[id="${cause}-${id}"]`)
    await merchant.go(row.getByRole('button', { name: words, exact: true }))
    await merchant.sees(said, '.flash')
    equal(await row.filter({ has: page.locator('.pill') }).filter({ visible: true }).count(), 0, `${cause} is gone`)
  }
  await click('lost', made.lost, 'Ask again at today’s price', 'The buyer can pay again')
  // What cannot be left to the chain again is asked about first.
  await merchant.go(page.locator(`[id="unconfirmed-${made.unconfirmed}"]`).getByRole('link', { name: 'Mark complete …', exact: true }))
  await merchant.press('Mark complete')
  await merchant.sees('The invoice is marked complete.', '.flash')
  await merchant.open(`/stores/${made.store}/attention`)
  equal(await page.locator(`[id="unconfirmed-${made.unconfirmed}"]`).count(), 0, 'unconfirmed is gone')
  await click('late', made.late, 'Accept it', 'The invoice is marked complete.')
  await click('partial', made.partial, 'Accept what came', 'What came is accepted')
  await click('over', made.over, 'Keep it', 'What came beyond the price is kept.')
  await ask('receiver accepts')
  const failing = page.locator('.tasks > li', { hasText: 'Not delivered' })
  await merchant.go(failing.getByRole('button', { name: 'Redeliver', exact: true }))
  await merchant.sees('sent again', '.flash')
  await ask('all delivered')
  await merchant.follow('Link for the buyer')
  await merchant.sees('Send the link below to the buyer.')
  await merchant.open(`/stores/${made.store}/attention`)
  await click('refund', made.refund, 'Put aside', 'It is put aside.')
  await merchant.sees('Nothing needs you', 'h2')
  await page.getByText('Put aside (1)', { exact: true }).click()
  await merchant.press('Take up again')
  await merchant.sees('1', '.tabs .badge')

  await ask('all summed up')
  await merchant.open(`/stores/${made.store}`)
  await page.locator('#sales-usd summary').click()
  const { drawn, listed, figure } = await page.evaluate(() => {
    const cells = (row) => [...row.cells].map((cell) => cell.textContent)
    return {
      drawn: [...document.querySelectorAll('#sales-usd rect')].map((rect) => ({
        told: rect.querySelector('title').textContent, height: Number(rect.getAttribute('height')),
      })),
      listed: [...document.querySelectorAll('#sales-usd tbody tr')].map(cells).reverse(),
      figure: document.querySelectorAll('.figures div')[2].querySelector('dd').firstChild.textContent.trim(),
    }
  })
  equal(listed.length, 30, 'days in the table')
  const sold = listed.filter(([, number]) => number !== '0')
  equal(drawn.map(({ told }) => told), sold.map(([day, ...more]) => `${day}: ${more.join(', ')}`), 'drawn as listed')
  const amounts = sold.map(([, , amount]) => Number(amount.replace(/[^\d.]/g, '')))
  const most = Math.max(...amounts)
  equal(drawn.map(({ height }) => height), amounts.map((amount) => Math.round(amount / most * HEIGHT)), 'heights')
  equal(amounts.reduce((sum, amount) => sum + amount, 0).toFixed(2), figure.replaceAll(',', ''), 'the sum of the days')

  await merchant.follow('Report')
  await merchant.sees(figure, 'tfoot')
})

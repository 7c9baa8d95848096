// A merchant finds what they look for: by every kind of name, by a filter that they keep, page by page while invoices come,
// as a file, and by the keyboard where scripts run.

import { ask, equal, javascript, story, url } from './person.mjs'

await story(async (merchant) => {
  const { page, context } = merchant
  const shown = () => page.locator('.list .go').evaluateAll((links) => links.map((link) => link.href.split('/').pop()))
  const search = async (words) => {
    await merchant.fill('Search', words)
    await merchant.press('Search for it')
  }
  const sell = async (details) => (await ask('invoice', { price: 20, currency: 'USD', ...details })).id

  await merchant.open('/login')
  await merchant.logIn()
  const tea = await sell({ price: 12.5, orderId: 'A-2049', itemCode: 'tea', buyerEmail: 'Ann@Books.example' })
  const rest = []
  for (let n = 0; n < 5; n += 1) rest.unshift(await sell({ orderId: `B-${n}`, itemCode: 'book' }))
  const paid = await ask('pay', { id: tea, until: 'paid' })

  // Whatever it is called leads to it.
  const names = [tea, 'A-2049', 'ann@books.example', paid.bitcoinAddress, `bitcoin:${paid.bitcoinAddress}?amount=1`]
  for (const name of names) {
    await merchant.open('/account')
    await search(name)
    equal(page.url().endsWith(`/invoices/${tea}`), true, `${name} leads to the invoice`)
    await merchant.sees('12.50 USD')
  }
  for (const name of ['12.50', '12,50 USD', tea.slice(0, 12)]) {
    await search(name)
    await merchant.sees('What was found for', 'main')
    equal((await shown()).includes(tea), true, `${name} is among what was found`)
    equal(await page.getByLabel('Search', { exact: true }).inputValue(), name, 'what was typed is there still')
  }
  await search('no such thing')
  await merchant.sees('Nothing goes by that name')
  await search('new invoice')
  await merchant.sees('Create a new invoice', 'h1')

  // There and back while an invoice comes.
  await merchant.follow('Invoices')
  const list = page.url()
  await merchant.open(`${list}?limit=2&itemCode=book`)
  equal(await shown(), rest.slice(0, 2), 'the newest')
  await merchant.follow('Older')
  equal(await shown(), rest.slice(2, 4), 'the next page')
  rest.unshift(await sell({ orderId: 'B-5', itemCode: 'book' }))
  await merchant.open(page.url())
  equal(await shown(), rest.slice(3, 5), 'it stays what it was')
  await merchant.follow('Newer')
  equal(await shown(), rest.slice(1, 3), 'the next newer ones')
  await merchant.follow('Newer')
  equal(await shown(), rest.slice(0, 2), 'with the one that came')

  // A filter that is kept.
  await merchant.open(list)
  await page.getByText('More filters', { exact: true }).click()
  await merchant.fill('Item code', 'book')
  await merchant.fill('Price from', '20')
  await merchant.press('Filter')
  equal(await shown(), rest, 'by item and price')
  await page.getByText('Save this view', { exact: true }).click()
  await merchant.fill('Name of the view', 'Books')
  await merchant.press('Save the view')
  await merchant.sees('The view is saved.')
  await merchant.open(list)
  equal((await shown()).length, rest.length + 1, 'all of them')
  await merchant.follow('Books')
  equal(await shown(), rest, 'the view')

  // The file has what the list shows.
  const file = await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')
  const answer = await context.request.get(new URL(file, url).href)
  const lines = (await answer.text()).trim().split('\r\n').map((line) => line.split(','))
  equal(lines[0][0], 'invoice', 'its columns are named')
  equal(lines.slice(1).map(([id]) => id), rest, 'the file has what the list shows, line by line')

  // Some of them are put away.
  for (const id of rest.slice(0, 2)) await page.locator(`input[value="${id}"]`).check()
  await merchant.press('Archive the ticked ones')
  await merchant.sees('2 invoices put into the archive.')
  equal(await shown(), rest.slice(2), 'the view without them')
  await merchant.open(`${list}?archived=true`)
  equal(await shown(), rest.slice(0, 2), 'they are in the archive')
  for (const id of rest.slice(0, 2)) await page.locator(`input[value="${id}"]`).check()
  await merchant.press('Take out of the archive')
  await merchant.sees('The archive is empty')

  if (javascript) await byKeys(merchant, list, shown)

  await merchant.open(list)
  await page.getByText('Delete saved views', { exact: true }).click()
  await merchant.press('Delete Books')
  await merchant.sees('The view is deleted.')
})

async function byKeys(merchant, list, shown) {
  const { page } = merchant
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.href?.split('/').pop())
  await merchant.open(list)
  const ids = await shown()
  await page.keyboard.press('j')
  equal(await focused(), ids[0], 'j goes to the first row')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  equal(await focused(), ids[1], 'and up again')
  await page.keyboard.press('x')
  equal(await page.locator(`input[value="${ids[1]}"]`).isChecked(), true, 'x ticks it')
  await page.keyboard.press('/')
  equal(await focused(), 'q', 'a slash searches')
  await page.keyboard.press('j')
  equal(await page.getByLabel('Search', { exact: true }).inputValue(), 'j', 'what is typed there is text')
  await page.locator('h1').click()
  await page.keyboard.press('Control+k')
  equal(await focused(), 'q', 'and so does Control and K')
  await merchant.open(list)
  await page.keyboard.press('j')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  await merchant.look()
  equal(page.url().endsWith(ids[0]), true, 'Enter opens the row')

  // Switched off, single keys do nothing; the chord goes on.
  await merchant.open('/account')
  await page.getByLabel('Single keys in lists').uncheck()
  await merchant.open(list)
  await page.keyboard.press('j')
  await page.keyboard.press('/')
  equal(await focused(), undefined, 'nothing is focused')
  await page.keyboard.press('Control+k')
  equal(await focused(), 'q', 'the chord leads to the search')
}

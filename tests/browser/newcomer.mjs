// From the start of the process to a test invoice that is paid: once as fast as the pages are, once at the speed of a person
// who reads, types and points. How long each took is printed by the test.

import { ask, equal, story } from './person.mjs'

/** What a person needs: to type a character, and to read a page and point at what comes next; in milliseconds. */
const HUMAN = { key: 120, page: 2500 }

await story(async (merchant) => {
  const human = process.env.SPECIE_SPEED === 'human'
  const { page } = merchant
  let pages = 0
  let touched = 0
  const reads = async () => { if (human) await page.waitForTimeout(HUMAN.page) }
  const types = async (label, text) => {
    touched += 1
    await page.getByLabel(label, { exact: true }).pressSequentially(text, { delay: human ? HUMAN.key : 0 })
  }
  const presses = async (words) => {
    await reads()
    pages += 1
    touched += 1
    await merchant.press(words)
  }

  await merchant.open(await ask('first-run link'))
  await reads()
  await types('Email', 'merchant@shop.example')
  await types('Password', 'correct horse battery')
  await presses('Create the account')
  const afterAccount = pages

  await merchant.sees('Create a new store', 'h1')
  await types('Name', 'Tea House')
  await presses('Create')
  await merchant.sees('The store is ready.')
  equal(pages - afterAccount <= 3, true, 'at most three pages after the account')
  equal(touched <= 12, true, 'at most twelve touches')

  await reads()
  await merchant.follow('Create a new invoice')
  await types('Price', '12.50')
  await presses('Create')
  await presses('Pay')
  await merchant.sees('Paid on the practice chain.')
  // Neither jargon nor what only experts ask for.
  await ask('paid')
})

// An owner lets four people into a store, each in another role. Everyone opens what their menu shows and is refused the
// rest, with words; one of them gets another role, and then leaves; the log of changes has it all.

import { equal, javascript, Person, story } from './person.mjs'

/** Every page in a store's menu, and who may open it besides the owner. */
const PAGES = {
  '': ['manager', 'cashier', 'accountant', 'developer'],
  '/invoices': ['manager', 'cashier', 'accountant', 'developer'],
  '/invoices/create': ['manager', 'cashier', 'developer'],
  '/attention': ['manager'],
  '/payouts': ['manager', 'accountant'],
  '/wallet': ['manager', 'accountant'],
  '/wallet/addresses': ['manager', 'accountant'],
  '/wallet/coins': ['manager', 'accountant'],
  '/tokens': ['manager', 'developer'],
  '/tokens/create': ['manager', 'developer'],
  '/button': ['manager', 'developer'],
  '/webhooks': ['manager', 'developer'],
  '/deliveries': ['manager', 'developer'],
  '/people': [],
  '/log': ['manager', 'accountant'],
  '/look': ['manager'],
  '/settings': ['manager'],
}
const PASSWORD = 'a long password'
const REFUSED = 'Your role does not allow this'

/** Somebody who opens the link in a browser of their own and joins. */
async function join(owner, link, email) {
  const context = await owner.context.browser().newContext({ javaScriptEnabled: javascript, reducedMotion: 'reduce' })
  const person = new Person(context, await context.newPage())
  await person.open(link)
  await person.sees('Join Alder & Finch Books', 'h1')
  await person.fill('Email', email)
  await person.fill('Password', PASSWORD)
  await person.press('Make an account and join')
  return person
}

/** Which pages of a store open for somebody, and that the others say why not and name nothing of the store. */
async function opened(person, path) {
  const found = []
  for (const page of Object.keys(PAGES)) {
    const answer = await person.page.goto(path + page)
    if (answer.status() === 200) found.push(page)
    else await refused(person, answer, page)
    await person.look()
  }
  return found
}

async function refused(person, answer, page) {
  equal(answer.status(), 403, page)
  await person.sees(REFUSED, 'h1')
  equal((await person.page.content()).includes('Alder'), false, `the store's name on ${page}`)
  const said = (words) => words.startsWith('answered 403: ') || words.includes(' status of 403 ')
  const left = person.amiss.splice(0).filter((words) => !said(words))
  person.amiss.push(...left)
}

/** The links of a store's menu, without what every page begins with. */
const menu = (person, path) => person.page.locator('.tabs a').evaluateAll(
  (links, start) => links.map((link) => link.href.replace(start, '')), path)

await story(async (owner) => {
  await owner.open('/login')
  await owner.logIn()
  await owner.follow('Alder & Finch Books')
  const path = owner.page.url()
  const invite = async (name, role) => {
    await owner.open(`${path}/people`)
    await owner.fill('Name', name)
    await owner.page.getByLabel('Role', { exact: true }).selectOption(role)
    await owner.press('Make a link')
    await owner.sees(`A link for ${name}`, 'h2')
    return owner.page.locator('#invitation').textContent()
  }

  const people = {}
  for (const role of ['manager', 'cashier', 'accountant', 'developer']) {
    const person = await join(owner, await invite(`Kim the ${role}`, role), `${role}@books.example`)
    equal(person.page.url().startsWith(path), true, `where a ${role} comes to`)
    const may = Object.keys(PAGES).filter((page) => PAGES[page].includes(role))
    equal(await opened(person, path), may, `what a ${role} opens`)
    await person.open(`${path}/invoices`)
    const shown = await menu(person, path)
    equal(shown.every((page) => may.includes(page)), true, `what the menu of a ${role} leads to: ${shown}`)
    people[role] = person
  }

  // A cashier sells, and decides nothing.
  const { cashier } = people
  await cashier.follow('Create a new invoice')
  await cashier.fill('Price', '20')
  await cashier.press('Create')
  await cashier.sees('New', '.pill')
  equal(await cashier.page.getByRole('button', { name: /^(Mark|Archive)/ }).count(), 0, 'decisions for a cashier')

  // Another role, at once; and then none.
  await owner.open(`${path}/people`)
  await owner.go(owner.page.getByRole('link', { name: 'Change cashier@books.example' }))
  await owner.page.getByLabel('Role', { exact: true }).selectOption('accountant')
  await owner.press('Change the role')
  await owner.sees('cashier@books.example is accountant from now on.')
  await cashier.open(`${path}/payouts`)
  await refused(cashier, await cashier.page.goto(`${path}/invoices/create`), '/invoices/create')
  await owner.go(owner.page.getByRole('link', { name: 'Change cashier@books.example' }))
  await owner.press('End access')
  const gone = await cashier.page.goto(`${path}/invoices`)
  equal(gone.status(), 404, 'the store for whoever left')
  cashier.amiss.splice(0)
  await cashier.open('/stores')
  await cashier.sees('No store yet')

  // A link that is withdrawn lets nobody in.
  const link = await invite('Somebody else', 'manager')
  await owner.press('Withdraw Somebody else')
  await owner.sees('The link works no longer.')
  equal((await cashier.page.goto(link)).status(), 403, 'a link that was withdrawn')
  cashier.amiss.splice(0)

  await owner.follow('Log')
  for (const words of ['Invited somebody', 'Joined the store', 'Changed a role', 'cashier → accountant', 'Withdrew']) {
    await owner.sees(words, 'table')
  }
  const by = owner.page.locator('tbody tr', { hasText: 'cashier → accountant' })
  equal((await by.locator('td').nth(1).innerText()).split('\n')[0], process.env.SPECIE_EMAIL, 'who did it')
  await people.accountant.open(`${path}/log`)
  await people.accountant.sees('Changed a role', 'table')
})

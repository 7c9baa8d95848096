// Pages that are written by texts which were made to run. Each has to be what plain words make of it: the same elements with
// the same attributes. No script runs, no dialog opens, nothing is asked of anybody else, and the page's policy has
// nothing to refuse: what it would refuse should not be there.
//
// Which texts and which pages, the test says, so that any pages can be looked at: with SPECIE_LOG_IN, as a merchant. A page
// that "grows" with each text has no other elements than with plain words, if more of them.

import { Person, ask, equal, story } from './person.mjs'

class Reader extends Person {
  // What axe finds is looked for elsewhere.
  async look() {}
}

/** Every element with the names of its attributes, in order. */
const skeleton = () => [...document.querySelectorAll('*')].map(
  (element) => [element.localName, ...[...element.attributes].map(({ name }) => name).sort()].join(' '),
)

/** Whatever runs, or leads to what does. */
const alive = () => [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(
  ({ name, value }) => name.startsWith('on') || ['style', 'srcdoc'].includes(name)
    || /href|src|action|^data$|poster/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value),
).map(({ name, value }) => `${element.localName} ${name}=${value}`))

/** Sends a form with nothing in it. */
const send = (path) => {
  const form = document.createElement('form')
  Object.assign(form, { method: 'post', action: path })
  document.body.append(form)
  form.submit()
}

/** Writes a text into every field of a page's own form, and sends it. Whether there is such a form. */
const fill = ([path, text]) => {
  const own = [...document.forms].filter((form) => new URL(form.action).pathname === path && form.method === 'post')
  const form = own.find((one) => one.querySelector('input:not([type=hidden]), textarea'))
  if (!form) return false
  for (const field of form.querySelectorAll('input, textarea')) {
    if (['hidden', 'file', 'radio', 'checkbox'].includes(field.type)) continue
    if (field.localName === 'input') field.type = 'text'
    field.value = text
  }
  form.noValidate = true
  form.submit()
  return true
}

await story(async (reader) => {
  const { page, context } = reader
  page.on('dialog', (dialog) => {
    reader.amiss.push(`a dialog: ${dialog.message()}`)
    dialog.dismiss()
  })
  if (process.env.SPECIE_LOG_IN) {
    await reader.open('/login')
    await reader.logIn()
  }
  const plain = {}
  const problems = []
  let client = 0
  for (const text of await ask('texts')) {
    const pages = await ask('pages', { text })
    // Each from an address of its own: nobody may try to log in so often.
    client += 1
    const agent = text.replace(/[^\x20-\x7e]/g, '?')
    await context.setExtraHTTPHeaders({ 'user-agent': agent, 'x-forwarded-for': `192.0.2.${client}` })
    for (const [name, { path, shows, grows, fills, status, from }] of Object.entries(pages)) {
      // What only a form leads to is sent by one, of the page that it is sent from.
      await reader.open(from ?? path)
      if (from) await Promise.all([page.waitForNavigation(), page.evaluate(send, path)])
      if (fills) {
        const moved = page.waitForNavigation()
        moved.catch(() => {})
        if (!await page.evaluate(fill, [path, text])) continue
        await moved
      }
      if (name === 'log-in') {
        await page.locator('form[action="/login"]').evaluate((form) => { form.noValidate = true })
        await reader.fill('Email', text)
        await reader.fill('Password', text)
        await reader.press('Log in')
      }
      const found = await page.evaluate(skeleton)
      plain[name] ??= found
      const where = `${name}, written by ${text}`
      const strange = (element, i) => (grows ? !plain[name].includes(element) : element !== plain[name][i])
      const differs = found.findIndex(strange)
      if (differs >= 0 || !grows && found.length !== plain[name].length) {
        problems.push(`${where}: <${found[differs]}> where plain words have <${plain[name][differs]}>`)
      }
      problems.push(...(await page.evaluate(alive)).map((words) => `${where}: ${words}`))
      const read = await page.evaluate(() => document.documentElement.textContent)
      if (shows) equal(read.includes(text), true, `${where}: is it read there`)
      const expected = (words) => [401, status].flat().some(
        (code) => code >= 400 && (words.startsWith(`answered ${code}: `) || words.includes(` status of ${code} `)),
      )
      problems.push(...reader.amiss.splice(0).filter((words) => !expected(words)).map((words) => `${where}: ${words}`))
    }
  }
  if (problems.length) throw new Error(`Not all stays text:\n  ${problems.join('\n  ')}`)
}, Reader)

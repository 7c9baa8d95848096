// Every page and every state of the checkout, each in light and dark, on a desktop and on a phone; what buyers see also from
// right to left, and on a window so small that a desktop's would be four times magnified. On each, nothing may be amiss. If
// the variable SPECIE_SCREENS names a folder, screenshots are kept there, and all of them on contact sheets.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Person, ask, barriers, story } from './person.mjs'

const folder = process.env.SPECIE_SCREENS
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }
const LOOKS = ['light', 'dark'].flatMap((scheme) => Object.keys(SIZES).map((size) => ({ scheme, size })))
/** The narrowest phone that merchants have; it is only measured. */
const NARROW = { width: 360, height: 740 }
/** A desktop of 1280 pixels, magnified four times. */
const MAGNIFIED = { width: 320, height: 256 }
const FROM_THE_RIGHT = 'ar'

/** What was shown: its name, and whether it is a page of merchants or the checkout. */
const shown = []
const problems = []

class Photographer extends Person {
  // Each look at a page has its own.
  async look() {}

  async open(path) {
    await super.open(path)
    this.opened = this.page.url()
  }

  async go(target) {
    this.opened = null
    await super.go(target)
  }

  /** Takes the page that is open, in all its looks. `status`: what it was answered with, if that is an error. */
  async take(group, name, status) {
    const { page } = this
    for (const { scheme, size } of LOOKS) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize(SIZES[size])
      const found = [...await barriers(page), ...await this.tooWide()]
      problems.push(...found.map((words) => `${name} (${scheme}, ${size}): ${words}`))
      if (folder) await page.screenshot({ path: join(folder, file(name, scheme, size)), fullPage: true })
    }
    await page.setViewportSize(NARROW)
    problems.push(...(await this.tooWide()).map((words) => `${name} (${NARROW.width} pixels): ${words}`))
    await this.takeOtherwise(name)
    const said = (words) => status && (words.startsWith(`answered ${status}: `) || words.includes(` status of ${status} `))
    problems.push(...this.amiss.splice(0).filter((words) => !said(words)).map((words) => `${name}: ${words}`))
    shown.push({ group, name })
  }

  /** What is said of a page that is wider than its window: by how much, and by which elements. */
  async tooWide() {
    const { wide, by } = await this.page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - innerWidth
      const out = wide > 0 ? [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > innerWidth) : []
      return { wide, by: out.slice(0, 5).map((one) => one.outerHTML.slice(0, 80)) }
    })
    return wide > 0 ? [`${wide} pixels wider than the window: ${by.join(' · ')}`] : []
  }

  /** Takes a page in other looks: magnified, and, if it is a buyer's and can be asked for again, from right to left. */
  async takeOtherwise(name) {
    const { page } = this
    const keep = async (look) => {
      const found = [...await barriers(page), ...await this.tooWide()]
      problems.push(...found.map((words) => `${name} (${look}): ${words}`))
      if (folder) await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true })
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(MAGNIFIED)
    await keep('magnified')
    // What a form was answered with cannot be asked for again.
    const here = new URL(page.url())
    if (this.opened !== here.href || !await page.locator('select#lang').count()) return
    here.searchParams.set('lang', FROM_THE_RIGHT)
    await page.setViewportSize(SIZES.phone)
    await page.goto(here.href)
    await keep('from-the-right')
    await page.goto(this.opened)
  }

  async shot(path, name, status) {
    await this.open(path)
    await this.take('pages', name, status)
  }
}

function file(name, scheme, size) {
  return `${name}-${scheme}-${size}.png`
}

/** Before there is a user, until there is a store without a wallet. */
async function firstRun(person) {
  await person.shot('/', 'not-set-up')
  await person.shot(await ask('first-run link'), 'first-run')
  await person.fill('Email', process.env.SPECIE_EMAIL)
  await person.fill('Password', 'short')
  await person.press('Create the account')
  await person.take('pages', 'first-run-refused', 400)
  await person.fill('Password', process.env.SPECIE_PASSWORD)
  await person.press('Create the account')
  await person.take('pages', 'store-create')
  await person.shot('/stores', 'stores-none')
  await person.open('/stores/create')
  await person.fill('Name', 'Tea House')
  await person.page.getByRole('radio', { name: /^Regtest/ }).check()
  await person.press('Create')
  await person.take('pages', 'wallet-none')
}

/** A wallet is connected to the store that is open. */
async function wallet(person) {
  const key = 'Public key of your wallet'
  await person.fill(key, 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about')
  await person.press('Continue')
  await person.take('pages', 'wallet-secret-refused', 400)
  await person.shot('/stores', 'stores-not-connected')
  await person.follow('Tea House')
  await person.follow('Wallet')
  await person.fill(key, await ask('wallet'))
  await person.press('Continue')
  await person.take('pages', 'wallet-compare')
  await person.press('Yes, connect this wallet')
  await person.take('pages', 'wallet-connected')
  await person.follow('Invoices')
  await person.follow('Create a new invoice')
  await person.fill('Price', '1')
  await person.fill('Currency', 'BTC')
  await person.press('Create')
  await person.take('pages', 'invoice-create-without-node', 503)
}

async function desk(person, { store, empty, invoices }) {
  const path = `/stores/${store}`
  await person.shot('/stores', 'stores')
  await person.shot('/account', 'account')
  await person.fill('Current password', 'not this one')
  await person.fill('New password', process.env.SPECIE_PASSWORD)
  await person.press('Change the password')
  await person.take('pages', 'account-refused', 400)
  await person.shot(path, 'overview')
  await person.shot(`/stores/${empty}`, 'overview-new')
  await person.shot(`${path}/attention`, 'attention')
  await person.page.locator('.tasks > li', { hasText: 'Paid too much' }).getByRole('button', { name: 'Put aside' }).click()
  await person.page.getByText('Put aside (1)', { exact: true }).click()
  await person.take('pages', 'attention-put-aside')
  await person.press('Take up again')
  await person.shot(`/stores/${empty}/attention`, 'attention-none')
  await person.shot(`/reports?store=${store}`, 'reports')
  await person.shot('/reports?from=2020-01-01&to=2020-01-31', 'reports-none')
  await person.shot('/reports?from=yesterday', 'reports-refused', 400)
  await person.shot(`${path}/invoices`, 'invoices')
  await person.shot(`${path}/invoices?status=expired&itemCode=print`, 'invoices-filtered')
  await person.open(`${path}/invoices?limit=5`)
  await person.follow('Older')
  await person.take('pages', 'invoices-second-page')
  await person.shot(`${path}/invoices?limit=ten&priceFrom=twenty`, 'invoices-refused', 400)
  await person.open(`${path}/invoices?exception=any`)
  await person.page.getByText('Save this view', { exact: true }).click()
  await person.fill('Name of the view', 'Needs a look')
  await person.press('Save the view')
  await person.page.getByText('Delete saved views', { exact: true }).click()
  await person.take('pages', 'invoices-saved-view')
  await person.shot('/search', 'search')
  await person.shot('/search?q=20', 'search-amounts')
  await person.shot('/search?q=store', 'search-pages')
  await person.shot('/search?q=nothing+of+the+kind', 'search-nothing')
  await person.shot(`/stores/${empty}/invoices`, 'invoices-none')
  await person.shot(`${path}/invoices/create`, 'invoice-create')
  await person.fill('Price', 'twenty')
  await person.press('Create')
  await person.take('pages', 'invoice-create-refused', 400)
  const details = Object.assign({}, ...invoices)
  for (const name of ['new', 'partial', 'confirmed', 'over', 'expired-partial', 'late', 'invalid', 'free', 'wordy']) {
    await person.open(`${path}/invoices/${details[name]}`)
    for (const fold of await person.page.locator('.deliveries summary').all()) await fold.click()
    await person.take('pages', `invoice-${name}`)
  }
  await person.shot(`${path}/invoices/${details.marked}/mark/complete`, 'invoice-mark')
  await person.press('Mark complete')
  await person.take('pages', 'invoice-marked')
  await person.open(`${path}/invoices/${details.wordy}`)
  await person.press('Archive')
  await person.take('pages', 'invoice-archived')
  await person.shot(`${path}/invoices?archived=true`, 'invoices-archived')
  await person.shot(`${path}/wallet`, 'wallet-of-practice')
  await person.shot(`${path}/wallet/addresses`, 'wallet-addresses')
  await person.shot(`${path}/wallet/addresses?below=9`, 'wallet-addresses-older')
  await person.shot(`${path}/deliveries`, 'deliveries')
  await person.go(person.page.locator('tbody a strong').first())
  await person.take('pages', 'delivery')
  await person.shot(`${path}/deliveries?state=done&endpoint=orders`, 'deliveries-filtered')
  await person.shot(`/stores/${empty}/deliveries`, 'deliveries-none')
  await person.shot('/server', 'server')
  await person.shot(`${path}/button?price=20&currency=USD&description=Tea`, 'pay-button')
  await person.shot(`${path}/settings`, 'settings')
  // Zero prices are allowed here, and anyone may create: both are marked.
  await person.fill('Website', 'no address')
  await person.page.getByLabel('Website', { exact: true }).evaluate((field) => { field.type = 'text' })
  await person.press('Save')
  await person.take('pages', 'settings-refused', 400)
}

/** The people of a store, from an invitation to a refusal, and the logs of what was changed. */
async function people(person, { store }) {
  const path = `/stores/${store}`
  const owner = person.page
  await person.shot(`${path}/people`, 'people-alone')
  await owner.getByLabel('Name', { exact: true }).evaluate((field) => field.removeAttribute('required'))
  await person.press('Make a link')
  await person.take('pages', 'people-refused', 400)
  await person.fill('Name', 'Kim, who helps out on Saturdays')
  await person.press('Make a link')
  await person.take('pages', 'people-link')
  const link = await owner.locator('#invitation').textContent()
  await person.shot('/join?token=none', 'join-used-up', 403)
  await person.open(link)
  await person.take('pages', 'join-as-who-i-am')
  const other = await person.context.browser().newContext({ reducedMotion: 'reduce' })
  person.page = await other.newPage()
  await person.open(link)
  await person.take('pages', 'join')
  await person.fill('Email', 'kim@books.example')
  await person.fill('Password', 'a long password')
  await person.press('Make an account and join')
  await person.shot(path, 'overview-of-a-cashier')
  await person.shot(`${path}/invoices`, 'invoices-of-a-cashier')
  await person.shot(`${path}/settings`, 'not-in-your-role')
  await other.close()
  person.page = owner
  await person.shot(`${path}/people`, 'people')
  await person.go(owner.getByRole('link', { name: 'Change kim@books.example' }))
  await person.take('pages', 'person')
  await person.shot(`${path}/log`, 'log')
  await person.shot('/log', 'log-of-the-server')
  await person.shot(`${path}/button/revoke`, 'pay-button-revoke')
}

/** Every part of every page, and a store's colour and logo with what its buyers see of them. */
async function look(person, { coins }) {
  await person.shot('/design', 'design')
  await person.shot('/design?dir=rtl', 'design-from-right-to-left')
  await person.shot(`/stores/${coins.store}/look`, 'look')
  await person.fill('Colour', 'green')
  await person.press('Save')
  await person.take('pages', 'look-refused', 400)
  await person.fill('Colour', '#ffd400')
  const buffer = await person.page.locator('.top .brand').screenshot()
  await person.page.getByLabel('Logo', { exact: true }).setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer })
  await person.press('Save')
  await person.take('pages', 'look-saved')
  await person.shot(`/i/${coins.exact}`, 'checkout-in-a-store-s-colour')
}

/** A refund from its offer to its transaction, and what its buyer sees. */
async function refunds(person, { empty, coins }) {
  const { page } = person
  const path = `/stores/${coins.store}`
  const custom = async (amount) => {
    await page.getByRole('radio', { name: /^Another amount/ }).check()
    await person.fill('Amount', amount)
  }
  const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'
  await person.shot(`/stores/${empty}/payouts`, 'payouts-none')
  await person.shot(`/stores/${empty}/wallet/coins`, 'coins-none')
  await person.shot(`${path}/invoices/${coins.over}/refund`, 'refund-offer')
  await custom('50')
  await person.press('Continue')
  await person.take('pages', 'refund-refused', 400)
  await custom('4')
  await person.press('Continue')
  await person.take('pages', 'refund-confirm')
  await person.press('Refund')
  await person.take('pages', 'refund-address-wanted')
  const link = await page.locator('#claim').textContent()
  await person.open(link)
  await person.take('checkout', 'claim')
  await person.fill('Your bitcoin address', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')
  await person.press('Continue')
  await person.take('checkout', 'claim-refused', 400)
  await person.fill('Your bitcoin address', address)
  await person.press('Continue')
  await person.take('checkout', 'claim-confirm')
  await person.press('Yes, send it there')
  await person.take('checkout', 'claim-given')
  await person.shot('/refund/AAAAAAAAAAAAAAAAAAAAAA', 'claim-unknown', 404)
  await person.open(`${path}/invoices/${coins.exact}/refund`)
  await person.press('Continue')
  await person.press('Refund')
  await person.shot(`${path}/payouts`, 'payouts')
  await page.getByRole('radio', { name: /^Your own rate/ }).check()
  await person.fill('Fee rate', '50')
  await person.press('Build the transaction')
  await person.take('pages', 'payout-refused', 400)
  await page.getByRole('radio', { name: /^Slow/ }).check()
  await person.fill('Fee rate', '')
  await person.press('Build the transaction')
  await page.getByText(/^Show as a (moving )?QR code$/).click()
  await page.waitForFunction(() => document.querySelector('figure.qr img').naturalWidth > 0)
  await person.take('pages', 'payout-to-sign')
  await person.shot(`${path}/wallet/coins`, 'coins')
  await page.goBack()
  await person.press('Take the signature')
  await person.take('pages', 'payout-sign-refused', 400)
  await person.press('Sign (practice)')
  await page.getByText('Speed it up', { exact: true }).click()
  await person.take('pages', 'payout-sent')
  await person.shot(`${path}/payouts`, 'payouts-sent')
  await person.shot(`${path}/invoices/${coins.over}`, 'invoice-with-refund')
  await person.open(link)
  await person.take('checkout', 'claim-sent')
}

async function tokens(person, { store, empty }) {
  const path = `/stores/${store}/tokens`
  await person.shot(`/stores/${empty}/tokens`, 'tokens-none')
  await person.shot(path, 'tokens')
  await person.press('Generate')
  await person.take('pages', 'tokens-api-key')
  await person.shot(`${path}/create`, 'token-create')
  await person.fill('Public key', '02abc')
  await person.press('Request pairing')
  await person.take('pages', 'token-create-refused', 400)
  await person.open(path)
  await person.follow('Revoke Web shop')
  await person.take('pages', 'token-revoke')
  await person.shot('/api-tokens', 'api-tokens')
  await person.shot('/account/api-tokens', 'panel-tokens-none')
  await person.fill('Name', 'Accounting')
  await person.press('Generate API token')
  await person.take('pages', 'panel-tokens')
  await person.follow('Revoke Accounting')
  await person.take('pages', 'panel-token-revoke')
  await person.shot(`/api-access-request?pairingCode=${await ask('request')}`, 'access-request')
  await person.press('Approve')
  await person.take('pages', 'access-request-approved')
  await person.shot('/api-access-request?pairingCode=XXXXXXX', 'access-request-unknown', 400)
}

async function webhooks(person, { empty, hook }) {
  const path = `/stores/${empty}/webhooks`
  await person.shot(path, 'webhooks-none')
  await person.fill('Address', 'https://10.0.0.1/hook')
  await person.press('Add webhook')
  await person.take('pages', 'webhook-refused', 400)
  await person.fill('Address', hook)
  await person.press('Add webhook')
  await person.take('pages', 'webhook-added')
  await person.press('Send test')
  await person.page.getByText('Show secret', { exact: true }).click()
  for (const fold of await person.page.locator('.deliveries summary').all()) await fold.click()
  await person.take('pages', 'webhook-tested')
  await person.press('Replace secret')
  await person.take('pages', 'webhook-two-secrets')
  await person.shot(path, 'webhooks')
  await person.follow(hook)
  await person.follow('Delete webhook')
  await person.take('pages', 'webhook-delete')
}

/** Strangers ask for an account, and the administrator decides. */
async function applications(person) {
  await person.shot('/applications', 'applications-none')
  await ask('applications')
  await person.shot('/applications', 'applications')
  await person.follow('Byron & Daughter, Booksellers')
  await person.take('pages', 'application')
  await person.follow('Decline')
  await person.take('pages', 'application-decline')
  await person.follow('Cancel')
  await person.press('Approve')
  await person.take('pages', 'application-approved')
  const link = await person.page.locator('#invitation').textContent()
  await person.open(link)
  await person.take('pages', 'invitation')
  await person.fill('Password', 'short')
  await person.press('Set the password')
  await person.take('pages', 'invitation-refused', 400)
  await person.shot('/invitation?token=x', 'invitation-used-up', 403)
}

/** What strangers see, and those who took a wrong turn. */
async function outside(person, { store }) {
  await person.shot(`/stores/${store}x/invoices`, 'no-such-page', 404)
  await person.open('/account')
  await person.page.locator('form[action="/account"] [name=csrf]').evaluate((field) => { field.value = 'none' })
  await person.fill('Current password', 'any')
  await person.fill('New password', 'any other')
  await person.press('Change the password')
  await person.take('pages', 'form-cannot-be-used', 403)
  await person.shot('/logout', 'log-out')
  await person.press('Log out')
  await person.take('pages', 'log-in')
  await person.fill('Email', 'nobody@shop.example')
  await person.fill('Password', 'not this one')
  await person.press('Log in')
  await person.take('pages', 'log-in-refused', 401)
  await person.shot('/', 'home')
}

/** What buyers are told when nothing comes of what they asked for. */
async function refusals(person, { expired, late, unpriced, store }) {
  const { page } = person
  const goOn = page.locator('.go-on')
  for (const [lang, end] of [['en', ''], [FROM_THE_RIGHT, `-${FROM_THE_RIGHT}`]]) {
    await person.open(`/i/${unpriced}?lang=${lang}`)
    await person.go(goOn.getByRole('button'))
    await person.take('checkout', `renewal-without-a-rate${end}`, 503)
    // Whoever looked at the page before this invoice was paid late.
    await person.open(`/i/${expired}?lang=${lang}`)
    await goOn.evaluate((form, [from, to]) => { form.action = form.action.replace(from, to) }, [expired, late])
    await person.go(goOn.getByRole('button'))
    await person.take('checkout', `renewal-refused${end}`, 409)
    await person.open(`/api/v1/invoices?storeId=${store}&price=0&lang=${lang}`)
    await person.take('checkout', `button-refused${end}`)
  }
}

async function checkout(person, { invoices, unpriced, store }) {
  for (const [name, id] of invoices.flatMap((some) => Object.entries(some))) {
    await person.open(`/i/${id}`)
    await person.take('checkout', `checkout-${name}`)
  }
  await person.open(`/i/${invoices[0].new}?view=modal`)
  await person.page.getByText('Details', { exact: true }).click()
  await person.take('checkout', 'checkout-details')
  await person.open(`/i/${invoices[0].new}?practice=open`)
  await person.take('checkout', 'checkout-practice')
  const paid = Object.assign({}, ...invoices)
  for (const paper of ['a4', '80', '58']) {
    await person.open(`/i/${paid.complete}/receipt?print=${paper}`)
    await person.take('checkout', `receipt-${paper}`)
  }
  await refusals(person, { ...paid, unpriced, store })
  await person.open('/i/2ioYkwDz1hM8oky7x99cXF')
  await person.take('checkout', 'checkout-no-such-invoice', 404)
}

/** One sheet with all shots of some pages: a line for each page. */
async function sheet(person, name, pages) {
  const shots = ({ group, name }) => [
    ...LOOKS.map(({ scheme, size }) => ({ size, src: file(name, scheme, size) })),
    ...(group === 'checkout' ? [{ size: 'phone', src: `${name}-from-the-right.png` }] : []),
  ]
  const line = (page) => `<section><h2>${page.name}</h2><div>${shots(page).map(({ size, src }) => (
    `<a href="${src}"><img class="${size}" src="${src}" onerror="this.remove()"></a>`
  )).join('')}</div></section>`
  const path = join(folder, `${name}.html`)
  await writeFile(path, `<!doctype html><meta charset="utf-8"><title>${name}</title><style>
    body { margin: 24px; background: #888; font: 14px sans-serif; columns: 3; column-gap: 32px; inline-size: 4608px }
    section { break-inside: avoid; padding-block-end: 24px }
    h2 { margin: 0 0 4px; font-size: 16px }
    div { display: flex; gap: 8px; align-items: start }
    img { display: block; max-block-size: 760px; object-fit: cover; object-position: top }
    .desktop { inline-size: 500px }
    .phone { inline-size: 152px }
  </style>${pages.map(line).join('')}`)
  await person.page.setViewportSize({ width: 4656, height: 1000 })
  await person.page.goto(`file://${path}`)
  await person.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

await story(async (person) => {
  if (folder) await mkdir(folder, { recursive: true })
  await firstRun(person)
  await wallet(person)
  const scene = await ask('scene')
  await desk(person, scene)
  await people(person, scene)
  await look(person, scene)
  await refunds(person, scene)
  await tokens(person, scene)
  await webhooks(person, scene)
  await applications(person)
  await outside(person, scene)
  await checkout(person, scene)
  if (folder) {
    for (const group of ['pages', 'checkout']) {
      await sheet(person, `contact-sheet-${group}`, shown.filter((page) => page.group === group))
    }
    await sheet(person, 'contact-sheet', shown)
  }
  if (problems.length) throw new Error(`Not all is well:\n  ${problems.join('\n  ')}`)
}, Photographer)

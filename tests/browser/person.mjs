// A person at a browser: follows links by their words, presses buttons, fills in fields by their labels. On every page
// they come to, nothing may be amiss: no error in the console, no failed request, nothing from elsewhere, nothing that
// the page's own policy refuses, and no barrier that axe knows of.
//
// The variable SPECIE_JAVASCRIPT=off lets no script run. The test that runs this is asked for what happens elsewhere.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { SPECIE_CHROMIUM, SPECIE_PLAYWRIGHT, SPECIE_URL, SPECIE_JAVASCRIPT } = process.env
const require = createRequire(`${SPECIE_PLAYWRIGHT}/`)
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export const url = SPECIE_URL
export const javascript = SPECIE_JAVASCRIPT !== 'off'

const FLAGS = [
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
]

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Asks the test for something: one line each way. */
export async function ask(what, details = {}) {
  process.stdout.write(`${JSON.stringify({ ask: what, with: details })}\n`)
  const { value } = await answers.next()
  return JSON.parse(value).answer
}

export function equal(found, expected, what) {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value))
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`)
}

/** What is amiss on pages of this context, from now on. `elsewhere` are other origins that a story goes to. */
export function watch(context, elsewhere = []) {
  const amiss = []
  context.on('weberror', (error) => amiss.push(`error: ${error.error().stack}`))
  context.on('console', (said) => {
    if (['error', 'warning'].includes(said.type())) amiss.push(`console: ${said.text()}`)
  })
  context.on('request', (request) => {
    const to = request.url()
    const known = [url, ...elsewhere].some((origin) => to.startsWith(`${origin}/`))
    if (!known && !to.startsWith('data:')) amiss.push(`asked elsewhere: ${to}`)
  })
  context.on('requestfailed', (request) => {
    // Whoever leaves a page that follows an invoice ends its stream, and what it was just asking; and the
    // browser asks for a page's icon when it has the time.
    // And what is saved as a file is no page that opens.
    const { pathname } = new URL(request.url())
    const mayEnd = ['eventsource', 'fetch'].includes(request.resourceType())
      || pathname.endsWith('/favicon.svg') || pathname.endsWith('/psbt')
    if (mayEnd && request.failure().errorText === 'net::ERR_ABORTED') return
    amiss.push(`failed: ${request.url()}: ${request.failure().errorText}`)
  })
  context.on('response', (response) => {
    if (response.status() >= 400) amiss.push(`answered ${response.status()}: ${response.url()}`)
  })
  return amiss
}

/**
 * How axe judges contrast: its own rules, but for what is drawn by pseudo-elements. Ours draw ornaments that are behind no
 * text; for each of them it would judge no text of the whole sheet.
 */
const CONTRAST = {
  id: 'color-contrast',
  options: {
    ignoreUnicode: true,
    ignoreLength: false,
    ignorePseudo: true,
    boldValue: 700,
    boldTextPt: 14,
    largeTextPt: 18,
    contrastRatio: { normal: { expected: 4.5 }, large: { expected: 3 } },
    pseudoSizeThreshold: 0.25,
    shadowOutlineEmMax: 0.2,
    textStrokeEmMin: 0.03,
  },
}

/** Barriers that axe finds on a page, in a line each; not in the parts named, nor in frames of another origin. */
export async function barriers(page, ...exclude) {
  await page.evaluate(axe)
  const { violations, incomplete } = await page.evaluate(([parts, contrast]) => {
    globalThis.axe.configure({ checks: [contrast] })
    return globalThis.axe.run({ exclude: parts }, { resultTypes: ['violations', 'incomplete'], iframes: false })
  }, [exclude, CONTRAST])
  // A contrast that could not be judged is one that nobody has seen.
  const unjudged = incomplete.filter(({ id }) => id === CONTRAST.id)
  return [...violations, ...unjudged].flatMap(({ id, help, nodes }) => nodes.map(
    ({ html, any }) => `${id}: ${help}: ${html.slice(0, 120)} ${any.map(({ message }) => message).join('; ')}`,
  ))
}

export class Person {
  constructor(context, page) {
    this.context = context
    this.page = page
    /** Other origins that the story goes to. */
    this.elsewhere = []
    this.amiss = watch(context, this.elsewhere)
    /** Parts of pages that are other projects'. */
    this.parts = []
  }

  /** Opens an address of the server. */
  async open(path) {
    await this.page.goto(new URL(path, url).href)
    await this.look()
  }

  /** Follows the link with these words. */
  async follow(words) {
    await this.go(this.page.getByRole('link', { name: words, exact: true }).first())
  }

  /** Presses the button with these words, which sends a form. */
  async press(words) {
    await this.go(this.page.getByRole('button', { name: words, exact: true }))
  }

  async go(target) {
    await Promise.all([this.page.waitForNavigation(), target.click()])
    await this.look()
  }

  /** Writes into the field with this label, or chooses there. */
  async fill(label, text) {
    const field = this.page.getByLabel(label, { exact: true })
    if (await field.evaluate((element) => element.localName === 'select')) await field.selectOption({ label: text })
    else await field.fill(text)
  }

  /** Waits until these words are to be seen; `where` is a part of the page. */
  async sees(words, where = 'body') {
    await this.page.locator(where).getByText(words).filter({ visible: true }).first().waitFor()
  }

  /** Logs in with what the test knows. */
  async logIn() {
    await this.fill('Email', process.env.SPECIE_EMAIL)
    await this.fill('Password', process.env.SPECIE_PASSWORD)
    await this.press('Log in')
  }

  /** Whether all is well on the page that is open. */
  async look() {
    const found = javascript ? await barriers(this.page, ...this.parts) : []
    const amiss = [...this.amiss, ...found]
    if (amiss.length) throw new Error(`Not all is well:\n  ${amiss.join('\n  ')}`)
  }
}

/** Runs a story from its beginning to its end. If it fails, says what was on the page. */
export async function story(told, Whom = Person) {
  const browser = await chromium.launch({ executablePath: SPECIE_CHROMIUM, args: FLAGS, chromiumSandbox: false })
  // A colour half-way to another is no colour to judge.
  const context = await browser.newContext({ javaScriptEnabled: javascript, reducedMotion: 'reduce' })
  const person = new Whom(context, await context.newPage())
  try {
    await told(person)
    await person.look()
  } catch (error) {
    const text = await person.page.locator('body').innerText().catch(() => 'nothing')
    console.error(`${error.stack}\n\nAt ${person.page.url()}:\n\n${text}`)
    process.exitCode = 1
  } finally {
    await browser.close()
    process.stdin.destroy()
  }
}

// Saves reloads. The page is complete without this file.
const root = document.documentElement
const main = document.getElementById('checkout')
// In a frame over a shop's page; what is no checkout stands there only in place of one.
const modal = parent !== window && (!main || new URLSearchParams(location.search).get('view') === 'modal')
root.dataset.js = ''

// Speaks small news ("Copied", "1 minute left"). #status speaks for itself.
const voice = document.createElement('p')
voice.className = 'hush'
voice.ariaLive = 'polite'
document.body.append(voice)

function say(words) {
  voice.textContent = ''
  setTimeout(() => { voice.textContent = words }, 50)
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch { /* plain http, or a frame without permission */ }
  const back = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hush'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  back?.focus({ preventScroll: true })
  return done
}

async function onCopy(button) {
  const { copy: text, from } = button.dataset
  if (!await copy(text)) return getSelection().selectAllChildren(document.getElementById(from))
  say(button.querySelector('.ok').textContent)
  button.dataset.done = ''
  setTimeout(() => delete button.dataset.done, 2000)
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button')
  if (button?.dataset.copy) onCopy(button)
  if (button?.matches('[data-close]')) post('close')
  if (button?.matches('[data-print]')) print()
})

// One key each for what is done most. Whoever needs the keys for something else switches that off; a browser that
// keeps nothing asks again.
const kept = {
  get off() { try { return localStorage.keys === 'off' } catch { return false } },
  set off(off) { try { localStorage.keys = off ? 'off' : 'on' } catch { /* for this page, then */ } },
}
const KEYS = { c: 'copy-address', a: 'copy-amount' }

document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey || kept.off || target.closest('input:not([type=checkbox]), select, textarea')) return
  if (KEYS[key]) document.getElementById(KEYS[key])?.click()
})

function showKeys() {
  const box = document.getElementById('keys')
  if (!box) return
  box.checked = !kept.off
  box.onchange = () => { kept.off = !box.checked }
  box.closest('.keys').hidden = false
}

// ---- in a frame of the shop's ----

// Where the page that frames us comes from, as far as the browser says: nothing secret is told it. What led here
// from within the frame is our own.
function above() {
  const known = location.ancestorOrigins?.[0]
  const from = known ?? (document.referrer && new URL(document.referrer).origin)
  return !from || from === 'null' || !known && from === location.origin ? '*' : from
}

function post(message) {
  if (modal) parent.postMessage(message, above())
}

// Whatever stands in a frame can be closed: also what stands there instead of a checkout.
if (modal) {
  for (const button of document.querySelectorAll('[data-close]')) button.hidden = false
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') post('close') })
}

// A frame may not send its top to a wallet: the page around it does.
document.addEventListener('click', (event) => {
  const link = modal && event.target.closest('a[href^="bitcoin:"]')
  if (!link) return
  event.preventDefault()
  post({ open: link.getAttribute('href') })
})

let skew = 0
let before

function tick() {
  const timer = main.querySelector('[role=timer]')
  if (!timer) return
  const left = Math.max(0, Math.ceil((main.dataset.expiresAt - Date.now() - skew) / 1000))
  timer.parentElement.hidden = left > timer.parentElement.dataset.from
  const [h, m] = [left / 3600, left / 60 % 60].map((n) => String(Math.floor(n)))
  const s = String(left % 60).padStart(2, 0)
  timer.textContent = left < 3600 ? `${m}:${s}` : `${h}:${m.padStart(2, 0)}:${s}`
  if (before > 300 && left <= 300) say(timer.dataset.say5)
  if (before > 60 && left <= 60) say(timer.dataset.say1)
  if (!left && (before || Date.now() % 5000 < 1000)) refresh()
  before = left
}

const final = () => 'final' in main.dataset
let running
let again

// One request at a time; a hint meanwhile asks for one more.
function refresh() {
  again = !!running
  running ??= load().finally(() => {
    running = null
    if (again) refresh()
  })
  return running
}

async function load() {
  try {
    const answer = await fetch(location.href, { headers: { 'X-Fragment': 'checkout' }, cache: 'no-store' })
    if (!answer.ok) throw answer.status
    show(new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('checkout'))
    delete root.dataset.offline
  } catch {
    root.dataset.offline = ''
  }
}

function show(next) {
  const old = { ...main.dataset }
  for (const name of main.getAttributeNames()) if (!next.hasAttribute(name)) main.removeAttribute(name)
  for (const { name, value } of next.attributes) main.setAttribute(name, value)
  const { now, rev, id, status, title } = main.dataset
  skew = now - Date.now()
  if (rev !== old.rev) replace(next)
  tick()
  leave()
  if (title) document.title = title
  if (status !== old.status) post({ invoiceId: id, status })
  if (final()) events.close()
}

// Back to the shop by itself, if the shop wants it so. A link beside says how to stay.
let leaving
function leave() {
  const { leave: url, leaveSecs } = main.dataset
  if (url) leaving ??= setTimeout(() => { location.href = url }, leaveSecs * 1000)
}

// #status stays the same element, or a screen reader would miss the change.
function replace(next) {
  const active = document.activeElement
  const inside = main.contains(active)
  const open = main.querySelectorAll('details[open]')
  const status = main.querySelector('#status')
  const fresh = next.querySelector('#status')
  const nodes = [...next.childNodes]
  const at = nodes.indexOf(fresh)
  for (const node of [...main.childNodes]) if (node !== status) node.remove()
  status.before(...nodes.slice(0, at))
  status.after(...nodes.slice(at + 1))
  status.className = fresh.className
  if (status.innerHTML !== fresh.innerHTML) status.replaceChildren(...fresh.childNodes)
  for (const { id } of open) document.getElementById(id)?.setAttribute('open', '')
  showKeys()
  if (inside) (active.id && document.getElementById(active.id) || main.querySelector('h1')).focus()
}

let events
let misses
let polls = 0

function listen() {
  misses = 0
  events = new EventSource(main.dataset.events)
  events.addEventListener('statechange', refresh)
  events.onopen = () => {
    if (misses) refresh()
    misses = 0
  }
  events.onerror = () => {
    if (++misses < 2 && events.readyState < 2) return
    events.close()
    poll()
  }
}

// Every 5 seconds; once a minute it tries the event stream again.
async function poll() {
  await refresh()
  if (final()) return
  if (++polls % 12) setTimeout(poll, 5000)
  else listen()
}

if (main) {
  skew = main.dataset.now - Date.now()
  tick()
  leave()
  showKeys()
  setInterval(tick, 1000)
  if (!final()) {
    listen()
    // A phone freezes the page while the wallet is in front.
    document.addEventListener('visibilitychange', () => document.hidden || final() || refresh())
  }
}
post('loaded')

// What keys do on merchants' pages. Every page is complete without this file.
const field = document.getElementById('q')

// Single keys can be switched off, on the account's page; a browser that keeps nothing asks again.
const kept = {
  get off() { try { return localStorage.keys === 'off' } catch { return false } },
  set off(off) { try { localStorage.keys = off ? 'off' : 'on' } catch { /* for this page, then */ } },
}

function search() {
  field.focus()
  field.select()
}

/** Moves to the row so many below the one where the focus is. */
function move(by) {
  const rows = [...document.querySelectorAll('.list tbody tr')].filter((row) => row.querySelector('.go'))
  if (!rows.length) return false
  const now = rows.findIndex((row) => row.contains(document.activeElement))
  const next = now < 0 ? 0 : Math.min(Math.max(now + by, 0), rows.length - 1)
  rows[next].querySelector('.go').focus()
  return true
}

/** Ticks the row where the focus is. */
function tick() {
  const box = document.activeElement.closest('.list tr')?.querySelector('.pick input')
  if (box) box.checked = !box.checked
  return Boolean(box)
}

const KEYS = { '/': () => { search(); return true }, j: () => move(1), k: () => move(-1), x: tick }

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event
  if (!field) return
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') {
    event.preventDefault()
    search()
    return
  }
  if (ctrlKey || metaKey || altKey || kept.off) return
  if (target.closest('input:not([type=checkbox], [type=radio]), select, textarea')) return
  if (KEYS[key]?.()) event.preventDefault()
})

for (const hint of document.querySelectorAll('.keys-hint')) hint.hidden = kept.off

const box = document.getElementById('keys')
if (box) {
  box.checked = !kept.off
  box.onchange = () => { kept.off = !box.checked }
  box.closest('.keys').hidden = false
}

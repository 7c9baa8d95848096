/**
 * Lists that come a page at a time, as one list.
 *
 * The next page is asked for at our own server by its cursor: `links.next`, an address that the server names, is not
 * followed.
 *
 * @module
 */

/** @import { Page } from './wire/panel.js' */
import { member, SpecieError } from './error.js'

/**
 * @param {unknown} answer
 * @returns {Page<any>}
 */
export function page(answer) {
  if (Array.isArray(member(answer, 'data'))) return /** @type {Page<any>} */ (answer)
  throw new SpecieError('BAD_ANSWER', 'the answer is no list', { status: 200 })
}

/**
 * @template Item
 * @param {(cursor?: string) => Promise<Page<Item>>} fetchPage
 * @returns {AsyncGenerator<Item, void, void>}
 */
export async function* items(fetchPage) {
  /** @type {Set<string>} */
  const seen = new Set()
  for (let cursor; ; ) {
    const page = await fetchPage(cursor)
    yield* page.data
    const next = member(page.meta, 'next_cursor')
    if (typeof next !== 'string') return
    // A server that leads in circles would lead us for ever.
    if (seen.has(next)) throw new SpecieError('BAD_ANSWER', 'the pages lead in circles', { status: 200 })
    seen.add(next)
    cursor = next
  }
}

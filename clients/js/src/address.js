/**
 * Addresses of calls. What a caller says becomes one segment of a path or one value of a query, and can be nothing else:
 * no slash, question mark or line break in an id leads to another call.
 *
 * @module
 */

/** @typedef {string | number | bigint | boolean | Date} Plain */
/** @typedef {Record<string, Plain | readonly Plain[] | null | undefined>} Query */

/**
 * @param {string | URL} url a server's address, perhaps with a path of its own
 * @returns {string} without a slash at its end
 * @throws {TypeError} if it is not one of `http` or `https`, or carries a password, a query or a fragment
 */
export function serverAddress(url) {
  const parsed = new URL(url)
  if (!/^https?:$/.test(parsed.protocol)) throw new TypeError('a server is reached by http or https')
  if (parsed.username || parsed.password || parsed.search || parsed.hash) {
    throw new TypeError('the address of a server has neither password nor query')
  }
  return parsed.href.replace(/\/+$/, '')
}

/**
 * @param {string} server
 * @param {readonly (string | number | bigint)[]} path its segments
 * @param {Query} [query] what is `undefined` or `null` is left out; of a list the values are joined by commas
 * @returns {string} exactly as it will be sent, which is what is signed
 */
export function address(server, path, query = {}) {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === null) return []
    return [`${encodeURIComponent(name)}=${encodeURIComponent([value].flat().map(plain).join(','))}`]
  })
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return new URL(`${server}/${path.map(segment).join('/')}${search}`).href
}

/** @param {string | number | bigint} value */
function segment(value) {
  const text = String(value)
  // These would not stay where they are put; and without an id a call would be another one.
  if (text === '' || text === '.' || text === '..') throw new TypeError(`${JSON.stringify(text)} is no id`)
  return encodeURIComponent(text)
}

/** @param {unknown} value */
function plain(value) {
  return value instanceof Date ? value.toISOString() : String(value)
}

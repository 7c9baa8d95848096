/**
 * A server of a test's own, on the loopback: it answers as told, and keeps what it was asked.
 *
 * @module
 */

import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * @typedef {object} Heard
 * @property {string} method
 * @property {string} target path and query, as sent
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} body
 */

/** @typedef {(asked: Heard, response: import('node:http').ServerResponse) => void} Answer */

/**
 * @param {import('node:test').TestContext} test it is gone with the test
 * @param {Answer} answer
 */
export async function serve(test, answer) {
  /** @type {Heard[]} */
  const heard = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url: target = '', headers } = request
    const asked = { method, target, headers, body: Buffer.concat(chunks).toString() }
    heard.push(asked)
    answer(asked, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, heard }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {unknown} body
 * @param {number} [status]
 * @param {Record<string, string>} [headers]
 */
export function send(response, body, status = 200, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Request-Id': 'r-1', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/**
 * Answers these one after the other, and the last one for ever.
 *
 * @param {Answer[]} answers
 * @returns {Answer}
 */
export function inTurn(...answers) {
  let turn = 0
  return (asked, response) => answers[Math.min(turn++, answers.length - 1)](asked, response)
}

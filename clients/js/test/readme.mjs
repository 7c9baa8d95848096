// A newcomer follows the README to the letter, against a real server: `crates/server/tests/clients` runs it in a folder into
// which the packed package was installed. Only the server's address, the pairing code and the port are filled in.
//
// Environment: SPECIE_URL, SPECIE_PAIRING_CODE, SPECIE_API_TOKEN, SPECIE_FOLDER.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PanelClient } from '../src/index.js'
import { blocks } from './blocks.js'

const { SPECIE_URL: url = '', SPECIE_PAIRING_CODE: code = '' } = process.env
const { SPECIE_API_TOKEN: token = '', SPECIE_FOLDER: folder = '' } = process.env
const panel = new PanelClient(url, token)

/** A port that nobody uses. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return port
}

const port = await freePort()

/** @param {string} block @param {number} n */
function written(block, n) {
  const file = join(folder, `block-${n}.mjs`)
  const here = block.replaceAll('https://pay.example.com', url).replace('y3NiCJn', code)
  writeFileSync(file, here.replace('listen(3000)', `listen(${port}, '127.0.0.1')`))
  return file
}

/** @param {string} file */
function started(file) {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'], cwd: folder })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { said += text })
  return { child, said: () => said }
}

/** Runs it to its end, and keeps what it says to keep. @param {string} file */
async function run(file) {
  const { child, said } = started(file)
  const [status] = await once(child, 'close')
  assert.equal(status, 0, file)
  assert.notEqual(said(), '', file)
  for (const [, name, value] of said().matchAll(/^(SPECIE_\w+)=(.+)$/gm)) process.env[name] = value
}

/** Lets it hear of a sale. @param {string} file */
async function hears(file) {
  const { id, secret } = await panel.createWebhook(1, { url: `http://127.0.0.1:${port}/`, events: ['invoice.created'] })
  process.env.SPECIE_WEBHOOK_SECRET = secret
  const { child, said } = started(file)
  let listening = false
  while (!listening) listening = await fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status === 400, () => false)
  assert.equal((await panel.testWebhook(1, id)).success, true)
  await panel.createInvoice(1, { amount: 1, currency: 'USD', order_id: 'heard' })
  while (!said().includes('invoice.created of heard')) await once(child.stdout, 'data')
  child.kill()
  await panel.deleteWebhook(1, id)
}

/** @param {string} file */
async function tells(file) {
  const { hear } = await import(pathToFileURL(file).href)
  const { data: [{ checkout_url, order_id, status }] } = await panel.listInvoices(1, { status: 'complete' })
  const id = new URL(checkout_url).pathname.split('/').at(-1)
  assert.equal(status, 'complete')
  assert.equal(await hear(JSON.stringify({ id, status: 'new' })), `ship ${order_id}`)
}

/** A sale, settled. @param {string} order */
async function sell(order) {
  const { id } = await panel.createInvoice(1, { amount: 5, currency: 'USD', order_id: order })
  await panel.practice(id, 'pay')
  await panel.practice(id, 'mine', { blocks: 6 })
}

assert.deepEqual(blocks('sh'), ['npm install specie\n'])
assert.ok(existsSync(join(folder, 'node_modules/specie/types/index.d.ts')), 'types are in the package')
const [html] = blocks('html')
const { imports } = JSON.parse(html.replace(/<\/?script.*>/g, ''))
for (const path of Object.values(imports)) assert.ok(existsSync(join(folder, String(path))), String(path))

await sell('A-1')
for (const [n, block] of blocks('js').entries()) {
  const file = written(block, n)
  const how = block.includes('createServer') ? hears : block.includes('export ') ? tells : run
  // What a checkout shows is the newest invoice.
  if (block.includes('watchInvoice(')) await sell(`A-${n + 100}`)
  await how(file)
  process.stdout.write(`${JSON.stringify({ step: `block ${n}`, await: null })}\n`)
}
process.stdout.write(`${JSON.stringify({ step: 'done', await: null })}\n`)
process.exit(0)

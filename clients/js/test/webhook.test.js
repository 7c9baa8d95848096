// What a shop hears: signed by a webhook's secret, or by nobody.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { isGenuine, readNotification, readWebhook, WebhookError } from '../src/index.js'

const secret = 'whsec_9zVt3Qm1'
const now = 1_795_251_600
const body = '{"id":"MbVk6mGhjZLwNQxFwDGWGn","event":"invoice.paid","created_at":"2026-11-21T09:00:00.000Z","data":{"id":7}}'

/** @param {string | number} [time] @param {string} [by] @param {string} [what] */
const v1 = (time = now, by = secret, what = body) => createHmac('sha256', by).update(`${time}.${what}`).digest('hex')
const good = `t=${now},v1=${v1()}`

/** @type {[string, string | null | undefined, boolean, number?][]} */
const HEADERS = [
  ['one signature', good, true],
  ['upper-case digits', `t=${now},v1=${v1().toUpperCase()}`, true],
  ['an old secret first, this one after', `t=${now},v1=${v1(now, 'whsec_old')},v1=${v1()}`, true],
  ['this one first, an old one after', `t=${now},v1=${v1()},v1=${v1(now, 'whsec_old')}`, true],
  ['parts of a later version', `t=${now},v2=abc,v1=${v1()},x`, true],
  ['spaces after commas', `t=${now}, v1=${v1()}`, true],
  ['five minutes ago', good, true, now + 300],
  ['five minutes ahead, by another clock', good, true, now - 300],
  ['more than five minutes ago', good, false, now + 301],
  ['more than five minutes ahead', good, false, now - 301],
  ['another secret', `t=${now},v1=${v1(now, 'whsec_other')}`, false],
  ['another time than was signed', `t=${now + 1},v1=${v1()}`, false],
  ['the right time after a wrong one', `t=${now - 900},t=${now},v1=${v1()}`, false],
  ['another body', `t=${now},v1=${v1(now, secret, `${body} `)}`, false],
  ['half a signature', `t=${now},v1=${v1().slice(0, 32)}`, false],
  ['one digit too many', `t=${now},v1=${v1()}0`, false],
  ['an empty signature', `t=${now},v1=`, false],
  ['no signature', `t=${now}`, false],
  ['another version', `t=${now},v0=${v1()}`, false],
  ['no time', `v1=${v1('')}`, false],
  ['a time that is none', `t=soon,v1=${v1('soon')}`, false],
  ['a time with an exponent', `t=1e9,v1=${v1('1e9')}`, false],
  ['a name of every object', `__proto__=1,constructor=2,t=${now}`, false],
  ['an empty header', '', false],
  ['no header', null, false],
  ['none at all', undefined, false],
  ['the right one behind a thousand', `t=${now},${'v1=00,'.repeat(1000)}v1=${v1()}`, false],
]

for (const [what, signature, genuine, at = now] of HEADERS) {
  test(`${what}: ${genuine ? 'genuine' : 'not genuine'}`, async () => {
    assert.equal(await isGenuine({ secret, signature, body, now: at }), genuine)
    assert.equal(await isGenuine({ secret, signature, body: Buffer.from(body), now: at }), genuine)
    const read = readWebhook({ secret, signature, body, now: at })
    if (genuine) assert.deepEqual(await read, JSON.parse(body))
    else await assert.rejects(read, WebhookError)
  })
}

test('the tolerance is the caller\'s to choose', async () => {
  assert.equal(await isGenuine({ secret, signature: good, body, now: now + 900, tolerance: 900 }), true)
  assert.equal(await isGenuine({ secret, signature: good, body, now, tolerance: NaN }), false)
})

test('by the clock, if nobody says what time it is', async () => {
  const time = Math.floor(Date.now() / 1000)
  assert.equal(await isGenuine({ secret, signature: `t=${time},v1=${v1(time)}`, body }), true)
  assert.equal(await isGenuine({ secret, signature: good, body: `${body}` }), false)
})

test('a secret that is missing is the shop\'s own fault, and lets nothing in', async () => {
  for (const missing of ['', undefined, null]) {
    const received = { secret: /** @type {string} */ (missing), signature: `t=${now},v1=${v1(now, '')}`, body, now }
    await assert.rejects(isGenuine(received), TypeError)
  }
})

test('bytes that are no UTF-8 are signed as they are', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80])
  const signature = createHmac('sha256', secret).update(`${now}.`).update(bytes).digest('hex')
  assert.equal(await isGenuine({ secret, signature: `t=${now},v1=${signature}`, body: bytes, now }), true)
})

test('what is signed and no event is refused', async () => {
  const inherited = '{"__proto__":{"id":"x","event":"y"}}'
  for (const none of ['', 'null', '[]', '"x"', '{}', '{"id":1,"event":"x"}', '{"id":"x"', inherited]) {
    const received = { secret, signature: `t=${now},v1=${v1(now, secret, none)}`, body: none, now }
    await assert.rejects(readWebhook(received), WebhookError, none)
  }
})

test('a flat notification says an id and a hint', () => {
  const { id, status, code, name, data } = readNotification('{"id":"Qz1","status":"paid","amountPaid":"40000"}')
  assert.deepEqual({ id, status, code, name }, { id: 'Qz1', status: 'paid', code: null, name: null })
  assert.equal(data.amountPaid, '40000')
})

test('a named notification says its name and its code too', () => {
  const said = { event: { code: 1003, name: 'invoice_paidInFull' }, data: { id: 'Qz1', status: 'paid' } }
  for (const body of [JSON.stringify(said), Buffer.from(JSON.stringify(said)), said]) {
    const { data, ...rest } = readNotification(body)
    assert.deepEqual(rest, { id: 'Qz1', status: 'paid', code: 1003, name: 'invoice_paidInFull' })
  }
})

test('an event of an invoice\'s own webhook_url says the invoice\'s number', () => {
  const { data, ...rest } = readNotification({ id: 'Mb', event: 'invoice.paid', data: { id: 7, status: 'paid' } })
  assert.deepEqual(rest, { id: '7', status: 'paid', code: null, name: 'invoice.paid' })
})

test('what all objects have is said by none', () => {
  assert.throws(() => readNotification(Object.create({ id: 'Qz1', status: 'paid' })), TypeError)
})

test('a status nobody knows yet is a text like any other', () => {
  assert.equal(readNotification('{"id":"Qz1","status":"settling"}').status, 'settling')
  assert.equal(readNotification('{"id":"Qz1","status":7}').status, null)
})

const NO_NOTIFICATIONS = [
  '', 'null', '[]', '7', '{}', '<html>', '{"id":""', '{"id":""}', '{"id":1.5}', '{"id":null}', '{"id":{}}',
  '{"event":{},"data":[]}', '{"event":"x","id":"y"}', '{"__proto__":{"id":"x"}}',
]

for (const none of NO_NOTIFICATIONS) {
  test(`${none || 'nothing'} is no notification`, () => {
    assert.throws(() => readNotification(none), TypeError)
  })
}

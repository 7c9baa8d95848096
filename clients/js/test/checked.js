/**
 * What the compiler is to judge beside the sources: the examples of the README, each a module of its own, and the contract's
 * answers and arguments, each of the type that the client gives or takes there. Run before `tsc`, it writes them to `checked`.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { blocks } from './blocks.js'

const contract = process.env.SPECIE_CONTRACT ?? new URL('../../../contract', import.meta.url).pathname
const checked = new URL('../checked/', import.meta.url)

/** What each call answers. @type {Record<string, string>} */
const ANSWERED = {
  request_pairing: 'Token[]', claim_pairing: 'Token[]', get_tokens: 'Record<string, string>[]',
  create_invoice: 'Invoice', get_invoice: 'Invoice', get_public_invoice: 'Invoice', get_invoices: 'Invoice[]',
  adjust_invoice: 'Invoice', resend_notification: 'string',
  create_refund: 'Refund', get_refund: 'Refund', get_refunds: 'Refund[]', cancel_refund: 'string',
  get_rates: 'Rate[]', get_rates_of: 'Rate[]', get_rate: 'Rate', get_currencies: 'Currency[]',
  get_ledgers: 'Ledger[]', get_ledger: 'LedgerEntry[]',
  list_stores: 'Page<Store>', get_store: 'Store', summary: 'StoresSummary',
  list_invoices: 'Page<PanelInvoice>', create_store_invoice: 'PanelInvoice', show_invoice: 'PanelInvoice',
  mark_invoice: 'PanelInvoice',
  archive_invoice: 'PanelInvoice', unarchive_invoice: 'PanelInvoice', practice: 'PanelInvoice',
  list_webhooks: 'Webhook[]', create_webhook: 'Webhook & { secret: string }', get_webhook: 'Webhook', update_webhook: 'Webhook',
  delete_webhook: 'Webhook', rotate_webhook_secret: 'Webhook & { secret: string }', end_previous_webhook_secret: 'Webhook',
  test_webhook: 'WebhookTest',
}

/** What some take. @type {Record<string, [string, string]>} */
const TAKEN = {
  create_invoice: ['invoice', 'NewInvoice'], create_refund: ['refund', 'NewRefund'],
  create_store_invoice: ['invoice', 'NewPanelInvoice'], create_webhook: ['webhook', 'NewWebhook'],
}

/** Answers that come whole, with what is beside `data`. */
const WHOLE = new Set(['get_ledger', 'list_stores', 'list_invoices', 'test_webhook'])

/** @param {string} kind @param {string} name */
function constants(kind, name) {
  const { call, answer } = JSON.parse(readFileSync(`${contract}/${kind}/${name}`, 'utf8'))
  // A developer's command line listens; this client does not.
  if (call === null || answer.status >= 400 || ['listen', 'hear', 'passed_on'].includes(call.name)) return []
  const own = `${kind}_${name}`.replace(/\W/g, '_')
  const data = WHOLE.has(call.name) ? answer.body : answer.body.data
  const [argument, type] = TAKEN[call.name] ?? []
  const given = argument === undefined ? undefined : JSON.stringify(call.arguments[argument])
  const taken = given === undefined ? [] : [`export const ${own}_taken: ${type} = ${given}`]
  return [`export const ${own}: ${ANSWERED[call.name]} = ${JSON.stringify(data)}`, ...taken]
}

/** @param {string} kind */
function shapes(kind) {
  return readdirSync(`${contract}/${kind}`).sort().flatMap((name) => constants(kind, name))
}

rmSync(checked, { recursive: true, force: true })
mkdirSync(checked)
blocks('js').forEach((block, n) => writeFileSync(new URL(`readme-${n}.js`, checked), block))
const events = readdirSync(`${contract}/webhooks`).sort().flatMap((name) => {
  const { body, genuine } = JSON.parse(readFileSync(`${contract}/webhooks/${name}`, 'utf8'))
  if (!genuine || !name.startsWith('invoice_')) return []
  return [`export const event_${name.replace(/\W/g, '_')}: WebhookEvent = ${body}`]
})
const imports = [
  'import type { Currency, Invoice, Ledger, LedgerEntry, NewInvoice, NewRefund, Rate, Refund, Token }',
  "  from '../src/wire/bitpay.js'",
  'import type { NewPanelInvoice, NewWebhook, Page, PanelInvoice, Store, StoresSummary, Webhook, WebhookEvent, WebhookTest }',
  "  from '../src/wire/panel.js'",
]
writeFileSync(new URL('contract.ts', checked), [...imports, ...shapes('bitpay'), ...shapes('panel'), ...events, ''].join('\n'))

/** What the panel's API sends and takes: shapes only. What is not listed here is kept in every answer. */

import type { InvoiceStatus, Open } from './bitpay.js'

/** ISO 8601 in UTC. */
export type Time = string

export interface Store {
  id: number
  name: string
  currency: string
  website: string | null
  status: Open<'active' | 'incomplete'>
  wallet: Open<'configured' | 'not configured'>
  /** `false`: a practice store, which no real bitcoin pays. */
  livemode: boolean
  created_at: Time
  [field: string]: unknown
}

export interface PanelPayment {
  txid: string
  output: number
  /** In bitcoin: `toSats` makes it exact. */
  amount: number
  confirmations: number
  seen_at: Time
  [field: string]: unknown
}

export interface PanelInvoice {
  id: number
  /** `"INV-000001"`. */
  invoice_number: string
  store_id: number
  /** `null`: it takes any amount, and nothing came yet. */
  amount?: number | null
  currency: string
  /** Units of the currency for one bitcoin. */
  rate: number | null
  status: InvoiceStatus
  exception: null | Open<'paid_partial' | 'paid_over' | 'paid_late' | 'marked'>
  /** In bitcoin, as the two below: `toSats` makes them exact. `null`: it takes any amount, and nothing came yet. */
  amount_due_btc: number | null
  paid_btc: number
  due_btc: number | null
  address: string | null
  bip21: string | null
  checkout_url: string
  payments: PanelPayment[]
  order_id: string | null
  description: string | null
  buyer_email: string | null
  metadata: Record<string, unknown> | null
  redirect_url: string | null
  webhook_url: string | null
  archived: boolean
  livemode: boolean
  expires_at: Time
  created_at: Time
  [field: string]: unknown
}

export interface NewPanelInvoice {
  /** A text is exact; nothing is rounded. */
  amount: string | number | bigint
  /** ISO 4217, `BTC` or `SATS`. */
  currency: string
  order_id?: string
  description?: string
  buyer_email?: string
  redirect_url?: string
  webhook_url?: string
  /** Minutes. */
  expires_in?: number
  metadata?: Record<string, unknown>
  [field: string]: unknown
}

export interface PanelInvoiceFilter {
  status?: InvoiceStatus
  orderId?: string
  archived?: boolean
  /** By creation: `2026-11-21`, ISO 8601, or a `Date`. */
  from?: string | Date
  to?: string | Date
  /** A number, an id of a checkout, or an order id: exactly. */
  search?: string
  /** 20 by default, 100 at most. */
  perPage?: number
  /** `meta.next_cursor` of the page before. */
  cursor?: string
}

/** What happens to an invoice of a practice store. */
export type Scenario = Open<
  'pay' | 'underpay' | 'overpay' | 'pay_late' | 'replace' | 'double_spend' | 'mine' | 'reorg' | 'reorg_vanish' | 'expire'
>

export interface Page<Item> {
  data: Item[]
  links: { next: string | null }
  meta: { per_page: number; next_cursor: string | null }
  [field: string]: unknown
}

export interface Volume {
  sales: number
  /** By currency. */
  currencies: Record<string, number>
  btc: number
  [field: string]: unknown
}

export interface Summary {
  balance: Record<string, { settled: number; pending: number; refunded: number }>
  /** How many have each status, and the `total`. */
  invoices: Record<string, number>
  volume: Record<string, Volume>
  average_ticket: Record<string, number>
  conversion: number | null
  needs_attention: Record<string, number>
  [field: string]: unknown
}

export interface StoresSummary extends Summary {
  stores: (Summary & { id: number; name: string })[]
}

export interface Webhook {
  id: number
  store_id: number
  url: string
  events: string[]
  enabled: boolean
  /** Only in the answers of `createWebhook` and `rotateWebhookSecret`. */
  secret?: string
  previous_secret_until: Time | null
  last_delivery: Record<string, unknown> | null
  created_at: Time
  [field: string]: unknown
}

export interface NewWebhook {
  url: string
  /** By default all. */
  events?: string[]
  enabled?: boolean
}

/** What became of a test. */
export interface WebhookTest {
  /** Whether it arrived. */
  success: boolean
  message?: string
  data: {
    endpoint: string
    status_code: number | null
    duration_ms: number | null
    /** What a stranger's server said: escape it where you show it. */
    response_excerpt: string | null
    delivery_id: string
    [field: string]: unknown
  }
  [field: string]: unknown
}

/** What a webhook, or an invoice's own `webhook_url`, hears. */
export interface WebhookEvent {
  /** The same in every attempt. */
  id: string
  event: Open<
    | 'invoice.created' | 'invoice.payment_received' | 'invoice.paid' | 'invoice.confirmed' | 'invoice.completed'
    | 'invoice.expired' | 'invoice.expired_paid_partial' | 'invoice.paid_late' | 'invoice.invalid'
    | 'invoice.marked_complete' | 'invoice.marked_invalid' | 'invoice.refund_requested' | 'invoice.refunded'
    | 'invoice.manually_notified' | 'webhook.test'
  >
  created_at: Time
  /** The invoice as it was then; of a `webhook.test` something else. */
  data: PanelInvoice
  [field: string]: unknown
}

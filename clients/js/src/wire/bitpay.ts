/**
 * What BitPay's API sends and takes: shapes only. Servers may add fields and names at any time; what is not listed here
 * is kept in every answer.
 */

/** A name that may be one of these, or one that is not known yet. */
export type Open<Known extends string> = Known | (string & {})

/** Amounts of bitcoin as texts with eight digits: `"0.00040000"`. `toSats` makes them `bigint`. */
export type Btc = string

/** Milliseconds since 1970. */
export type Millis = number

export type InvoiceStatus = Open<'new' | 'paid' | 'confirmed' | 'complete' | 'expired' | 'invalid'>
export type ExceptionStatus = false | Open<'paidPartial' | 'paidOver' | 'paidLate' | 'marked'>
export type Facade = Open<'merchant' | 'pos'>
export type TransactionSpeed = Open<'high' | 'medium' | 'low-medium' | 'low'>

/** A token of a client for a store. */
export interface Token {
  facade: Facade
  token: string
  label: string | null
  /** Seven characters: claimed by the client, or approved by a person at the store. */
  pairingCode?: string
  pairingExpiration?: Millis
  dateCreated?: Millis
  policies: unknown[]
  [field: string]: unknown
}

export interface Buyer {
  name?: string | null
  email?: string | null
  phone?: string | null
  address1?: string | null
  address2?: string | null
  city?: string | null
  state?: string | null
  zip?: string | null
  country?: string | null
  [field: string]: unknown
}

/** What a new invoice may say. */
export interface NewInvoice {
  /** A text is exact; a number is what JavaScript has of it. Without a price any amount is taken (a top-up). */
  price?: string | number | bigint | null
  /** ISO 4217, `BTC` or `SATS`; by default the store's. */
  currency?: string
  orderId?: string | number
  itemDesc?: string
  itemCode?: string
  posData?: string
  /** Where notifications go. They are unsigned: read the invoice before you ship. */
  notificationURL?: string
  fullNotifications?: boolean
  extendedNotifications?: boolean
  redirectURL?: string
  transactionSpeed?: TransactionSpeed
  /** At least 30 seconds ahead. */
  expirationTime?: Millis
  buyer?: Buyer
  buyerName?: string
  buyerEmail?: string
  taxIncluded?: number
  physical?: boolean
  notificationEmail?: string
  redirectAutomatically?: boolean
  paymentCurrencies?: string[]
  supportedTransactionCurrencies?: Record<string, { enabled: boolean }>
  guid?: string
  [field: string]: unknown
}

export interface PaymentUrls {
  BIP21: string | null
  [form: string]: string | null
}

/** How an invoice is paid in one way. */
export interface CryptoInfo {
  cryptoCode: string
  paymentType: string
  address: string | null
  rate: number
  exRates: Record<string, number>
  price: Btc
  paid: Btc
  due: Btc
  totalDue: Btc
  networkFee: Btc
  cryptoPaid: Btc
  txCount: number
  paymentUrls: PaymentUrls | null
  payments: Payment[]
  url: string
  [field: string]: unknown
}

export interface Payment {
  /** Transaction and output: `TXID-0`. */
  id: string
  receivedDate: string
  /** In bitcoin. */
  value: number
  confirmed: boolean
  completed: boolean
  destination: string
  [field: string]: unknown
}

export interface Transaction {
  /** In satoshis; below zero: an overpayment that was accepted. */
  amount: number
  confirmations: number | string
  time: string | null
  receivedTime: string | null
  txid?: string | null
  outputIndex?: number | null
  [field: string]: unknown
}

export interface Invoice {
  id: string
  /** The checkout. */
  url: string
  status: InvoiceStatus
  exceptionStatus: ExceptionStatus
  price: number
  currency: string
  rate: number
  exRates: Record<string, number> | null
  exchangeRates: Record<string, Record<string, number>>
  /** Due in all; `null`, as the next two are, of an invoice that is free. */
  btcPrice: Btc | null
  /** Received. */
  btcPaid: Btc | null
  /** Still missing. */
  btcDue: Btc | null
  /** In satoshis. */
  amountPaid: number
  /** In satoshis, by currency. */
  paymentTotals: Record<string, number>
  paymentSubtotals: Record<string, number>
  bitcoinAddress: string | null
  addresses: Record<string, string>
  paymentUrls: PaymentUrls | null
  paymentCodes: Record<string, PaymentUrls>
  invoiceTime: Millis
  expirationTime: Millis
  currentTime: Millis
  cryptoInfo: CryptoInfo[]
  transactions?: Transaction[]
  transactionCurrency?: string | null
  orderId: string | null
  itemDesc: string | null
  itemCode: string | null
  posData: string | null
  buyer: Record<string, string | null>
  redirectURL?: string | null
  transactionSpeed?: TransactionSpeed | null
  taxIncluded?: number
  /** The invoice's own token. */
  token: string | null
  guid: string
  flags: { refundable: boolean } | null
  [field: string]: unknown
}

/** Which invoices are listed. */
export interface InvoiceFilter {
  status?: InvoiceStatus | readonly InvoiceStatus[]
  orderId?: string | number
  itemCode?: string
  /** By creation: `2026-11-21`, ISO 8601, milliseconds, or a `Date`. */
  dateStart?: string | number | Date
  dateEnd?: string | number | Date
  archived?: boolean
  /** 1,000 by default and at most. */
  limit?: number
  offset?: number
}

/** What `adjustInvoice` takes for what was asked. */
export type AdjustmentType = Open<'acceptPartialPayment' | 'acceptUnderPayment' | 'acceptOverPayment'>

export interface NewRefund {
  /** Without one: all that can still be given back. */
  amount?: string | number | bigint
  /** The invoice's currency, or `BTC`. */
  currency?: string
  /** Without one its buyer is asked, at `claimUrl`. */
  bitcoinAddress?: string
  guid?: string
  [field: string]: unknown
}

export interface Refund {
  id: string
  invoice: string
  guid: string | null
  /** ISO 8601. */
  requestDate: string
  status: Open<'pending' | 'success' | 'failure' | 'canceled'>
  token: string
  amount: number
  currency: string
  /** In bitcoin. */
  transactionAmount: number
  transactionCurrency: string
  transactionRefundFee: number | null
  bitcoinAddress: string | null
  claimUrl: string | null
  txid: string | null
  [field: string]: unknown
}

export interface Rate {
  name: string
  cryptoCode: string
  currencyPair: string
  code: string
  /** Units of the currency for one bitcoin. */
  rate: number
  [field: string]: unknown
}

export interface Currency {
  code: string
  symbol: string
  /** Digits after the point. */
  precision: number
  name: string
  plural: string
  [field: string]: unknown
}

export interface Ledger {
  currency: string
  balance: number
  [field: string]: unknown
}

export interface LedgerEntry {
  code: number
  /** In units of `scale`: satoshis. */
  amount: number
  scale: number
  /** ISO 8601. */
  timestamp: string
  txType: string
  invoiceId: string
  invoiceAmount: number
  invoiceCurrency: string
  description?: string
  [field: string]: unknown
}

export interface LedgerFilter {
  startDate?: string | number | Date
  endDate?: string | number | Date
  limit?: number
  offset?: number
}

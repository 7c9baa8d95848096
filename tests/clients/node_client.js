'use strict';
// A shop in JavaScript, on the unmodified npm `btcpay` 0.2.5, with the two quirks of its signatures.
//
// It talks to its test as python_client.py does: one JSON object a line on stdout, {"step": …, "await": null or what
// must be done, …}; where it waits it goes on when a line comes on stdin. It ends with status 0 after {"step": "done"},
// or with status 1 and the reason on stderr.
//
// The store is this run's own, with a rate for BTC_USD.
// Environment: SPECIE_URL, SPECIE_STORE_ID, SPECIE_PAIRING_CODE, SPECIE_IPN_URL, SPECIE_NODE_PATH (the node_modules
// with `btcpay`); SPECIE_DEADLINE_SECS (default 60) bounds every wait for a status.

const { createRequire } = require('module');
const path = require('path');
const readline = require('readline');

const { BTCPayClient, crypto } = createRequire(path.join(needed('SPECIE_NODE_PATH'), 'here.js'))('btcpay');

const URL_OF_SERVER = needed('SPECIE_URL').replace(/\/+$/, '');
const STORE = needed('SPECIE_STORE_ID');
const CODE = needed('SPECIE_PAIRING_CODE');
const IPN_URL = needed('SPECIE_IPN_URL');
const DEADLINE_SECS = Number(process.env.SPECIE_DEADLINE_SECS || '60');

// `' ! ( ) *` are signed as they are and sent percent-encoded.
const QUIRKY_ORDER_ID = "it's (an) *order*!";
const BTC_AMOUNT = /^\d+\.\d{8}$/;

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function check(holds, what) {
  if (!holds) throw new Error(what);
}

function equal(got, wanted, what) {
  const [seen, expected] = [JSON.stringify(got), JSON.stringify(wanted)];
  check(seen === expected, `${what}: got ${seen}, wanted ${expected}`);
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function step(name, waitFor = null, facts = {}) {
  process.stdout.write(`${JSON.stringify({ step: name, await: waitFor, ...facts })}\n`);
  if (waitFor !== null) {
    const { done } = await lines.next();
    check(!done, `stdin ended while waiting for: ${waitFor}`);
  }
}

// The call must fail with this status, and its body must say why.
async function refused(status, call, what) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    equal(error.statusCode, status, `${what}: status`);
    const body = error.error;
    check(body && typeof body.error === 'string' && body.error, `${what}: the body names no error: ${JSON.stringify(body)}`);
    return;
  }
  throw new Error(`${what}: wanted status ${status}, but it answered ${JSON.stringify(answer)}`);
}

async function refusedLocally(message, call, what) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    check(String(error.message).includes(message), `${what}: ${error.message}`);
    return;
  }
  throw new Error(`${what}: wanted "${message}", but it answered ${JSON.stringify(answer)}`);
}

// What every reader of an invoice relies on.
function checkInvoice(invoice, status, price, currency = 'USD') {
  equal(invoice.status, status, 'status');
  equal(invoice.exceptionStatus, false, 'exceptionStatus');
  equal(invoice.price, price, 'price');
  equal(invoice.currency, currency, 'currency');
  equal(invoice.url, `${URL_OF_SERVER}/invoice?id=${invoice.id}`, 'url');
  for (const name of ['btcPrice', 'btcDue', 'btcPaid']) {
    check(typeof invoice[name] === 'string' && BTC_AMOUNT.test(invoice[name]), `${name}: ${JSON.stringify(invoice[name])}`);
  }
  for (const name of ['invoiceTime', 'expirationTime', 'currentTime']) {
    check(Number.isInteger(invoice[name]), `${name}: ${JSON.stringify(invoice[name])} is not whole milliseconds`);
  }
  check(typeof invoice.rate === 'number' && invoice.rate > 0, `rate: ${JSON.stringify(invoice.rate)}`);
  check(typeof invoice.bitcoinAddress === 'string' && invoice.bitcoinAddress, 'no address');
  equal(invoice.addresses.BTC, invoice.bitcoinAddress, 'addresses');
  equal(invoice.cryptoInfo[0].address, invoice.bitcoinAddress, 'cryptoInfo address');
  equal(invoice.cryptoInfo[0].due, invoice.btcDue, 'cryptoInfo due');
  equal(typeof invoice.token, 'string', 'type of the token');
}

function checkUnpaid(invoice) {
  equal(invoice.btcDue, invoice.btcPrice, 'btcDue of an unpaid invoice');
  equal(invoice.btcPaid, '0.00000000', 'btcPaid of an unpaid invoice');
}

function checkPaid(invoice) {
  equal(invoice.btcPaid, invoice.btcPrice, 'btcPaid');
  equal(invoice.btcDue, '0.00000000', 'btcDue');
  equal(invoice.cryptoInfo[0].payments.length, 1, 'payments');
}

// Polls until the status is `wanted`; on the way only the statuses in `before` may be seen.
async function waitFor(client, id, wanted, before) {
  const deadline = process.uptime() + DEADLINE_SECS;
  for (;;) {
    const invoice = await client.get_invoice(id);
    if (invoice.status === wanted) return invoice;
    check(before.includes(invoice.status), `waiting for ${wanted}, the invoice became ${invoice.status}`);
    check(process.uptime() < deadline, `still ${invoice.status} after ${DEADLINE_SECS} s, wanted ${wanted}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

const ids = (invoices) => invoices.map((invoice) => invoice.id);

async function pair() {
  const key = crypto.generate_keypair();
  const unpaired = new BTCPayClient(URL_OF_SERVER, key);
  const tokens = await unpaired.pair_client(CODE);
  equal(Object.keys(tokens), ['merchant'], 'facades of the token');
  // The key survives as hex, as its README keeps it; a slash after the host is dropped.
  const kept = crypto.load_keypair(Buffer.from(key.getPrivate('hex'), 'hex'));
  return new BTCPayClient(`${URL_OF_SERVER}/`, kept, tokens);
}

async function create(client) {
  const invoice = await client.create_invoice({
    price: 12.5,
    currency: 'USD',
    orderId: QUIRKY_ORDER_ID,
    itemDesc: 'Крем-брюле ☕',
    itemCode: 'dessert 1/2',
    posData: '{"a":"b/c"}',
    notificationURL: IPN_URL,
    fullNotifications: true,
    extendedNotifications: true,
    transactionSpeed: 'medium',
    buyerName: 'Zoë Ångström',
  });
  checkInvoice(invoice, 'new', 12.5);
  checkUnpaid(invoice);
  equal(invoice.orderId, QUIRKY_ORDER_ID, 'orderId');
  equal(invoice.itemDesc, 'Крем-брюле ☕', 'itemDesc');
  equal(invoice.posData, '{"a":"b/c"}', 'posData, as it was given');
  equal(invoice.buyer.name, 'Zoë Ångström', "buyer's name");
  checkInvoice(await client.get_invoice(invoice.id), 'new', 12.5);
  return invoice;
}

async function rates(client) {
  const table = await client.get_rates(['BTC_USD'], STORE);
  equal(table.length, 1, 'rows for BTC_USD');
  const { code, cryptoCode, currencyPair, name, rate } = table[0];
  equal([code, cryptoCode, currencyPair], ['USD', 'BTC', 'BTC_USD'], 'the row of BTC_USD');
  check(typeof name === 'string' && name, 'the rate has no name');
  check(typeof rate === 'number' && rate > 0, `rate: ${JSON.stringify(rate)}`);
  // Signed with `storeID=`, sent without it.
  equal(await client.get_rates(['BTC_USD']), table, 'rates without a store');
  return rate;
}

async function list(client, invoice) {
  const other = await client.create_invoice({ price: '1.50', currency: 'USD', orderId: 8 });
  equal(other.price, 1.5, 'price given as text');
  equal(other.orderId, '8', 'orderId given as a number');
  equal(ids(await client.get_invoices()).slice(0, 2), [other.id, invoice.id], 'all, newest first');
  check(ids(await client.get_invoices({ status: 'new' })).includes(invoice.id), 'status=new does not list it');
  equal(ids(await client.get_invoices({ orderId: QUIRKY_ORDER_ID })), [invoice.id], "an order id with ' ! ( ) *");
  equal(ids(await client.get_invoices({ itemCode: 'dessert 1/2' })), [invoice.id], 'itemCode');
  equal(ids(await client.get_invoices({ limit: 1, offset: 1 })), [invoice.id], 'limit and offset');
  const today = new Date(invoice.invoiceTime).toISOString().slice(0, 10);
  const [year, month, day] = today.split('-');
  for (const form of [today, `${month}/${day}/${year}`]) {
    const found = ids(await client.get_invoices({ dateStart: form, dateEnd: form }));
    check(found.includes(invoice.id), `the day itself as ${form}`);
  }
  const token = Object.values(client.tokens)[0];
  equal(ids(await client.get_invoices({ orderId: '8' }, token)), [other.id], 'token given');
}

async function errors(client) {
  await refused(404, () => new BTCPayClient(URL_OF_SERVER, crypto.generate_keypair()).pair_client(CODE), 'a code used twice');
  await refused(404, () => client.get_invoice('2222222222222222222222'), 'an invoice nobody made');
  await refused(400, () => client.create_invoice({ price: 20, currency: 'QQQ' }), 'a currency without a rate');
  const stranger = new BTCPayClient(URL_OF_SERVER, crypto.generate_keypair(), { merchant: 'never issued' });
  await refused(403, () => stranger.get_invoices(), 'a client that was never paired');
  await refusedLocally('Price must be a float', () => client.create_invoice({ currency: 'USD' }), 'no price');
  await refusedLocally('Currency is invalid', () => client.create_invoice({ price: 1, currency: 'SATS' }), 'four letters');
  await refusedLocally('pairing code is not valid', () => client.pair_client('too long a code'), 'a code of another form');
}

// From payment to complete, as a shop that only polls sees it.
async function settle(client, invoice) {
  await step('created', 'payment', { invoice });
  const paid = await waitFor(client, invoice.id, 'paid', ['new']);
  checkInvoice(paid, 'paid', 12.5);
  checkPaid(paid);
  await step('paid', '1 block', { invoice: paid });
  const confirmed = await waitFor(client, invoice.id, 'confirmed', ['paid']);
  checkInvoice(confirmed, 'confirmed', 12.5);
  checkPaid(confirmed);
  check(ids(await client.get_invoices({ status: 'confirmed' })).includes(invoice.id), 'status=confirmed does not list it');
  await step('confirmed', '5 blocks', { invoice: confirmed });
  const complete = await waitFor(client, invoice.id, 'complete', ['confirmed']);
  checkInvoice(complete, 'complete', 12.5);
  checkPaid(complete);
  await step('complete', null, { invoice: complete });
}

async function main() {
  const client = await pair();
  await step('paired', null, { client_id: client.clientId });
  const invoice = await create(client);
  const rate = await rates(client);
  equal(invoice.rate, rate, "the invoice's rate");
  await step('rates', null, { rate });
  await list(client, invoice);
  await step('listed');
  await errors(client);
  await step('refused');
  await settle(client, invoice);
  await step('done');
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`node_client: ${error.message}\n`);
    process.exit(1);
  },
);

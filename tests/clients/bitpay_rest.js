'use strict';
// A shop in JavaScript, on the unmodified npm `bitpay-rest` 0.3.2 (with tests/clients/hex_signatures.js loaded before).
//
// It talks to its test as python_client.py does: one JSON object a line on stdout, {"step": …, "await": null or what
// must be done, …}; where it waits it goes on when a line comes on stdin. It ends with status 0 after {"step": "done"},
// or with status 1 and the reason on stderr.
//
// The store is this run's own, in dollars, with a rate for BTC_USD.
// Environment: HOME (a folder of this run's own with `.bitpay/config.json`), SPECIE_URL, SPECIE_PAIRING_CODE,
// SPECIE_IPN_URL, SPECIE_NODE_PATH (the node_modules with `bitpay-rest`); SPECIE_DEADLINE_SECS (default 60) bounds every
// wait for a status.

const { execFileSync } = require('child_process');
const fs = require('fs');
const { createRequire } = require('module');
const path = require('path');
const readline = require('readline');

const MODULES = needed('SPECIE_NODE_PATH');
const installed = createRequire(path.join(MODULES, 'here.js'));
const bitauth = installed('bitauth');
const bitpay = installed('bitpay-rest');

const URL_OF_SERVER = needed('SPECIE_URL');
const CODE = needed('SPECIE_PAIRING_CODE');
const IPN_URL = needed('SPECIE_IPN_URL');
const KEYS = path.join(needed('HOME'), '.bitpay');
const DEADLINE_SECS = Number(process.env.SPECIE_DEADLINE_SECS || '60');
const DAY = 24 * 60 * 60 * 1000;

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

// Its methods end with a callback.
function answer(call) {
  return new Promise((resolve, reject) => {
    call((error, data) => (error ? reject(new Error(error.error || error.message || error)) : resolve(data)));
  });
}

async function refused(words, call, what) {
  let got;
  try {
    got = await answer(call);
  } catch (error) {
    check(error.message.includes(words), `${what}: ${error.message}`);
    return;
  }
  throw new Error(`${what}: wanted "${words}", but it answered ${JSON.stringify(got)}`);
}

// The program that comes with the package, as its README runs it.
function program(...args) {
  const options = ['-r', path.join(__dirname, 'hex_signatures.js'), path.join(MODULES, 'bitpay-rest/bin/bitpay.js')];
  return execFileSync(process.execPath, [...options, ...args], { input: '\n\n', stdio: ['pipe', 'pipe', 'ignore'] }).toString();
}

function secret() {
  return bitauth.decrypt('', fs.readFileSync(path.join(KEYS, 'api.key'), 'utf8'));
}

async function ready(key, options) {
  const client = bitpay.createClient(key, options);
  await new Promise((resolve, reject) => {
    client.on('ready', resolve);
    client.on('error', (error) => reject(new Error(error.error || error.message || error)));
  });
  return client;
}

function pairByProgram() {
  const sin = /Tf?\w{34}/.exec(program('keygen'))[0];
  check(bitauth.validateSin(sin), `no identity: ${sin}`);
  const said = program('pair', '-c', CODE);
  check(said.includes('successfully paired with `merchant`'), `pair: ${said}`);
  const listed = program('request', '-T', 'merchant', '-R', 'invoices', '-P', '{"dateStart":"2014-01-01"}');
  check(!listed.includes('Error'), `request: ${listed}`);
  const who = program('whoami');
  check(/Email: \S+@\S+\n/.test(who) && !who.includes('undefined'), `whoami: ${who}`);
  return sin;
}

// The client begins, and the store approves.
async function pairByHand() {
  const pair = bitauth.generateSin();
  const anyone = await ready();
  const asked = { id: pair.sin, facade: 'pos', label: 'node-bitpay-client-till' };
  const [begun] = await answer((done) => anyone.as('public').post('tokens', asked, done));
  equal([begun.facade, begun.label], ['pos', 'node-bitpay-client-till'], 'the token that was begun');
  check(/^\w{7}$/.test(begun.pairingCode) && begun.pairingExpiration > begun.dateCreated, `code: ${begun.pairingCode}`);
  await step('asked', 'approval', { code: begun.pairingCode });

  const till = await ready(pair.priv);
  equal(till.tokens, { pos: begun.token, 'pos/invoice': begun.token }, 'tokens of a till');
  const sold = await answer((done) => till.as('pos').post('invoices', { price: 3, currency: 'USD' }, done));
  equal(sold.status, 'new', "the status of a till's invoice");
  await refused('does not support the `pos` facade', (done) => till.get('invoices', {}, done), "a till's list");
}

function checkInvoice(invoice, status, price) {
  equal([invoice.status, invoice.exceptionStatus], [status, false], 'status');
  equal([invoice.price, invoice.currency], [price, 'USD'], 'price');
  equal(invoice.url, `${URL_OF_SERVER}/invoice?id=${invoice.id}`, 'url');
  for (const name of ['btcPrice', 'btcDue', 'btcPaid']) {
    check(/^\d+\.\d{8}$/.test(invoice[name]), `${name}: ${JSON.stringify(invoice[name])}`);
  }
  for (const name of ['invoiceTime', 'expirationTime', 'currentTime']) {
    check(Number.isInteger(invoice[name]), `${name}: ${JSON.stringify(invoice[name])} is not whole milliseconds`);
  }
}

const ids = (invoices) => invoices.map((invoice) => invoice.id);

async function create(client, more = {}) {
  const order = {
    price: 10,
    currency: 'USD',
    orderId: 'Größe "M": 50 %',
    notificationURL: IPN_URL,
    extendedNotifications: true,
    ...more,
  };
  const invoice = await answer((done) => client.post('invoices', order, done));
  checkInvoice(invoice, 'new', order.price);
  equal(invoice.orderId, order.orderId, 'orderId');
  return invoice;
}

async function read(client, invoice) {
  const again = await answer((done) => client.get(`invoices/${invoice.id}`, done));
  equal([again.id, again.token, again.buyer], [invoice.id, invoice.token, invoice.buyer], 'read again');
  const shown = await answer((done) => client.as('public').get(`invoices/${invoice.id}`, done));
  checkInvoice(shown, 'new', invoice.price);
  check(shown.token !== invoice.token, 'the public was given the token of the merchant');
}

async function lists(client, invoice) {
  const now = Date.now();
  const found = (query) => answer((done) => client.get('invoices', query, done));
  const day = new Date(invoice.invoiceTime).toISOString().slice(0, 10);
  for (const query of [
    { dateStart: now - 7 * DAY, dateEnd: now + DAY },
    { dateStart: day },
    { dateStart: day, dateEnd: day },
    { dateStart: '2014-01-01', status: 'new', orderId: invoice.orderId },
  ]) {
    check(ids(await found(query)).includes(invoice.id), `not found by ${JSON.stringify(query)}`);
  }
  equal(await found({ dateStart: '2014-01-01', dateEnd: '2014-8-31' }), [], 'invoices of another year');
}

async function tables(client) {
  const usd = (rates) => rates.find((rate) => rate.code === 'USD');
  const own = usd(await answer((done) => client.get('rates', done)));
  check(own && own.name && own.rate > 0, `rate: ${JSON.stringify(own)}`);
  const anyones = await answer((done) => client.as('public').get('rates', done));
  check(anyones.length > 0 && anyones.every((rate) => rate.code && rate.name && rate.rate > 0), 'rates for anyone');
  equal((await answer((done) => client.get('rates/USD', done))).rate, own.rate, 'one rate');

  const currencies = await answer((done) => client.as('public').get('currencies', done));
  const dollar = currencies.find((currency) => currency.code === 'USD');
  equal([dollar.symbol, dollar.precision, dollar.alts, dollar.payoutFields], ['$', 2, '', []], 'the dollar');
  equal(currencies[0].payoutFields, ['bitcoinAddress'], 'bitcoin comes first');
  return own.rate;
}

async function errors(client, invoice) {
  await refused('not found', (done) => client.get('invoices/2222222222222222222222', done), 'an invoice nobody made');
  const wrong = { price: 10, currency: 'QQQ' };
  await refused('QQQ', (done) => client.post('invoices', wrong, done), 'a currency without a rate');
  const early = { type: 'acceptOverPayment' };
  await refused('not overpaid', (done) => invoice.post('adjustments', early, done), 'nothing came');
  const stranger = await ready(bitauth.generateSin().priv);
  equal(stranger.tokens, {}, "a stranger's tokens");
  await refused('not paired', (done) => stranger.get('invoices', {}, done), "a stranger's list");
}

// The package's own parser over the stream of an invoice.
class Bus {
  async open(client, invoice) {
    const pass = await answer((done) => client.as('public').get(`${invoice.path}events`, done));
    equal([pass.url, pass.events], [`${URL_OF_SERVER}/events`, ['payment']], 'the pass to the bus');
    const asked = { token: pass.token, action: 'subscribe', events: ['payment'] };
    this.heard = [];
    this.padding = 0;
    this.wake = () => {};
    this.stream = client.as('public').get('events', asked, (error) => {
      this.ended = error ? error.code || error.message : 'ended';
      this.wake();
    });
    this.stream.on('data', (chunk) => {
      this.padding += chunk.toString().startsWith(':') ? 1 : 0;
      this.wake();
    });
    const parser = this.stream.pipe(new bitpay.EventParser());
    parser.on('connect', (data) => this.heard.push(['connect', data.id]));
    parser.on('statechange', (data) => this.heard.push(['statechange', data.status]));
    parser.on('data', () => this.wake());
    return this;
  }

  async until(what, holds) {
    const deadline = process.uptime() + DEADLINE_SECS;
    while (!holds()) {
      check(this.ended === undefined, `the stream ended (${this.ended}) before ${what}: ${JSON.stringify(this.heard)}`);
      check(process.uptime() < deadline, `waited in vain for ${what}: ${JSON.stringify(this.heard)}`);
      const woken = new Promise((wake) => {
        this.wake = wake;
      });
      await Promise.race([woken, new Promise((wake) => setTimeout(wake, 1000))]);
    }
  }

  async hears(status) {
    await this.until(status, () => this.heard.some(([event, told]) => event === 'statechange' && told === status));
  }
}

async function settle(client, invoice, over) {
  const bus = await new Bus().open(client, invoice);
  await bus.hears('new');
  equal(bus.heard[0], ['connect', invoice.id], 'the greeting');
  // The client hangs up after five seconds of silence, and buyers take longer than that.
  const began = process.uptime();
  await bus.until('a buyer who takes their time', () => bus.padding > 0 && process.uptime() - began > 6);
  await step('created', 'payment', { invoice, amount: invoice.btcPrice });
  await bus.hears('paid');
  await step('overpaid', 'payment', { invoice: over, amount: '0.00050000' });
  await step('paid', '1 block');
  await bus.hears('confirmed');
  await step('confirmed', '5 blocks');
  await bus.hears('complete');
  bus.stream.abort();
  equal(bus.heard.map(([event]) => event)[0], 'connect', 'the first event');
  checkInvoice(await answer((done) => client.get(`invoices/${invoice.id}`, done)), 'complete', invoice.price);
  await step('complete');
}

async function untilComplete(client, made) {
  const deadline = process.uptime() + DEADLINE_SECS;
  for (;;) {
    const invoice = await answer((done) => made.get(done));
    if (invoice.status === 'complete') return invoice;
    check(process.uptime() < deadline, `still ${invoice.status}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

async function ledgers(client, sold, over) {
  const paidOver = await untilComplete(client, over);
  equal(paidOver.exceptionStatus, 'paidOver', 'too much came');
  const today = new Date().toISOString().slice(0, 10);
  const balance = async () => (await answer((done) => client.get('ledgers', done)))[0];
  const asked = { startDate: today, endDate: new Date(Date.now() + DAY).toISOString().slice(0, 10) };
  const entries = () => answer((done) => client.get('ledgers/btc', asked, done));
  const told = (list) => list.map((entry) => [entry.code, entry.invoiceId, entry.amount / entry.scale]);
  const [first, second] = [Number(sold.btcPrice), Number(over.btcPrice)];
  const sales = [[1000, sold.id, first], [1000, over.id, second]];
  const unordered = (rows) => rows.map((row) => JSON.stringify(row)).sort();
  equal(unordered(told(await entries())), unordered(sales), 'what was sold');
  equal((await balance()).currency, 'BTC', 'the first ledger');
  const before = { startDate: '2014-09-01', endDate: '2014-09-30' };
  equal(await answer((done) => client.get('ledgers/btc', before, done)), [], 'entries of another year');

  const accepted = await answer((done) => paidOver.post('adjustments', { type: 'acceptOverPayment' }, done));
  equal([accepted.exceptionStatus, accepted.btcPaid], [false, over.btcPrice], 'accepted');
  const all = told(await entries());
  const credit = (50000 - Math.round(second * 1e8)) / 1e8;
  equal(all[2], [1003, over.id, credit], 'the credit');
  equal((await balance()).balance, Math.round((first + second + credit) * 1e8) / 1e8, 'what was earned');
}

// Requests that are numbered; and what the client does when its session is not known any more.
async function sessions(key) {
  const client = await ready(key, { useSession: true });
  check(typeof client.sessionId === 'string' && client.sessionId, 'no session');
  const first = client.sessionId;
  const invoice = await answer((done) => client.post('invoices', { price: 2, currency: 'USD' }, done));
  const list = () => new Promise((resolve) => {
    // It reports the refusal, begins another session, and asks again: two answers.
    const heard = [];
    client.get('invoices', { dateStart: '2014-01-01' }, (error, data) => {
      heard.push(error ? error.error : ids(data));
      if (!error) resolve(heard);
    });
  });
  equal((await list()).length, 1, 'answers in a session');
  check(client.requestNumber > 2, `requests are counted: ${client.requestNumber}`);
  await step('in session', 'restart');
  const heard = await list();
  equal(heard[0], 'Invalid or expired sessionId', 'the words at which it begins another');
  check(heard[1].includes(invoice.id) && client.sessionId !== first, 'another session');
}

async function main() {
  const sin = pairByProgram();
  const key = secret();
  equal(bitauth.getSinFromPublicKey(bitauth.getPublicKeyFromPrivateKey(key)), sin, 'the identity');
  const client = await ready(key);
  equal(Object.keys(client.tokens), ['merchant', 'pos', 'merchant/invoice', 'pos/invoice'], 'facades of the token');
  await step('paired');
  await pairByHand();
  await step('paired by hand');

  const rate = await tables(client);
  const invoice = await create(client);
  equal(invoice.rate, rate, "the invoice's rate");
  await read(client, invoice);
  await lists(client, invoice);
  await step('listed');
  await errors(client, invoice);
  await step('refused');

  equal(await answer((done) => invoice.post('notifications', done)), 'Success', 'told once more');
  await step('notified', 'notification 1012');
  const over = await create(client, { price: 20, orderId: 'over', extendedNotifications: false });
  await settle(client, invoice, over);
  await ledgers(client, invoice, over);
  await step('adjusted');
  await sessions(key);
  await step('done');
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`bitpay_rest: ${error.stack}\n`);
    process.exit(1);
  },
);

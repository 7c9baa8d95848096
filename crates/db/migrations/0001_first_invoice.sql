-- Times are milliseconds since the Unix epoch, amounts are satoshis, ids are 16 bytes.

CREATE TABLE users (
    id            BLOB PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    administrator INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    data       TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE wallets (
    id          BLOB PRIMARY KEY,
    network     TEXT NOT NULL,
    identity    TEXT NOT NULL,
    descriptor  TEXT NOT NULL,
    next_index  INTEGER NOT NULL,
    next_change INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (network, identity)
) WITHOUT ROWID;

CREATE TABLE stores (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    id           BLOB NOT NULL UNIQUE,
    owner_id     BLOB NOT NULL REFERENCES users (id),
    name         TEXT NOT NULL,
    network      TEXT NOT NULL,
    wallet_id    BLOB REFERENCES wallets (id),
    currency     TEXT NOT NULL,
    settings     TEXT NOT NULL,
    api_key_hash BLOB UNIQUE,
    created_at   INTEGER NOT NULL
);
CREATE INDEX stores_by_owner ON stores (owner_id, created_at);
CREATE INDEX stores_in_order ON stores (owner_id, number);

-- Who else works in a store, beside its owner.
CREATE TABLE members (
    store_id BLOB NOT NULL REFERENCES stores (id),
    user_id  BLOB NOT NULL REFERENCES users (id),
    role     TEXT NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (store_id, user_id)
) WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user_id, store_id);

-- Links that let somebody into a store, each once. Only their hash is kept.
CREATE TABLE member_invitations (
    id         BLOB PRIMARY KEY,
    store_id   BLOB NOT NULL REFERENCES stores (id),
    role       TEXT NOT NULL,
    name       TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX member_invitations_of_store ON member_invitations (store_id, created_at, id);
CREATE INDEX member_invitations_by_end ON member_invitations (ends_at);

-- Who changed what by hand or by a program's call: added to, and never changed.
CREATE TABLE audit (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    store_id   BLOB REFERENCES stores (id),
    user_id    BLOB REFERENCES users (id),
    via        TEXT NOT NULL,
    name       TEXT NOT NULL,
    deed       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    changes    TEXT NOT NULL,
    request_id TEXT
);
CREATE INDEX audit_of_store ON audit (store_id, number);

-- What a store's `settings` name as its logo. It is asked for by its hash, which two stores may share.
CREATE TABLE logos (
    store_id BLOB PRIMARY KEY REFERENCES stores (id),
    hash     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    content  BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX logos_by_hash ON logos (hash);

-- A filter of a store's list that a user keeps under a name, as the query of its address.
CREATE TABLE saved_views (
    user_id    BLOB NOT NULL REFERENCES users (id),
    store_id   BLOB NOT NULL REFERENCES stores (id),
    name       TEXT NOT NULL,
    query      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, store_id, name)
) WITHOUT ROWID;

-- A token itself is kept nowhere; `prefix` is how it begins, for people.
CREATE TABLE api_tokens (
    id         BLOB PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users (id),
    store_id   BLOB REFERENCES stores (id),
    name       TEXT NOT NULL,
    prefix     TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    read_only  INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at    INTEGER
) WITHOUT ROWID;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id, created_at);

-- Who asked for an account. An invitation itself is kept nowhere, only its SHA-256.
CREATE TABLE applications (
    id                 BLOB PRIMARY KEY,
    email              TEXT NOT NULL,
    details            TEXT NOT NULL,
    verification_code  TEXT NOT NULL,
    state              TEXT NOT NULL,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    user_id            BLOB UNIQUE REFERENCES users (id),
    invitation         BLOB UNIQUE,
    invitation_ends_at INTEGER
) WITHOUT ROWID;
CREATE INDEX applications_by_state ON applications (state, created_at, id);

CREATE TABLE pairing_codes (
    code       TEXT PRIMARY KEY,
    token_id   BLOB NOT NULL UNIQUE,
    facade     TEXT NOT NULL,
    sin        TEXT,
    store_id   BLOB REFERENCES stores (id),
    label      TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX pairing_codes_by_expiry ON pairing_codes (expires_at);
CREATE INDEX pairing_codes_by_store ON pairing_codes (store_id, created_at);

-- A token without a client's identity is anybody's who has it.
CREATE TABLE tokens (
    id        BLOB PRIMARY KEY,
    store_id  BLOB NOT NULL REFERENCES stores (id),
    facade    TEXT NOT NULL,
    sin       TEXT,
    label     TEXT,
    paired_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tokens_by_sin ON tokens (sin, paired_at);
CREATE INDEX tokens_by_store ON tokens (store_id, paired_at);

CREATE TABLE rates (
    store_id BLOB NOT NULL REFERENCES stores (id),
    currency TEXT NOT NULL,
    per_btc  TEXT NOT NULL,
    set_at   INTEGER NOT NULL,
    PRIMARY KEY (store_id, currency)
) WITHOUT ROWID;

-- `buyer_email` is in lower case; the byte order of `sort_price` is the order of prices. Both are there to be looked
-- for: what is shown is in `order_details` and `price`.
CREATE TABLE invoices (
    number               INTEGER PRIMARY KEY AUTOINCREMENT,
    id                   BLOB NOT NULL UNIQUE,
    store_id             BLOB NOT NULL REFERENCES stores (id),
    network              TEXT NOT NULL,
    price                TEXT,
    currency             TEXT NOT NULL,
    asked                TEXT NOT NULL,
    speed                TEXT NOT NULL,
    unconfirmed_limit    INTEGER NOT NULL,
    order_id             TEXT,
    item_code            TEXT,
    buyer_email          TEXT,
    sort_price           TEXT,
    order_details        TEXT NOT NULL,
    created_at           INTEGER NOT NULL,
    monitoring_ends_at   INTEGER NOT NULL,
    status               TEXT NOT NULL,
    flag                 TEXT NOT NULL,
    mark                 TEXT,
    accepted             INTEGER,
    accepted_at          INTEGER,
    ever_confirmed       INTEGER NOT NULL,
    booked               INTEGER NOT NULL,
    event_count          INTEGER NOT NULL,
    next_deadline        INTEGER,
    waits_for_depth      INTEGER NOT NULL,
    misses_payments      INTEGER NOT NULL,
    has_refunds          INTEGER NOT NULL,
    quote_seq            INTEGER NOT NULL,
    extended             INTEGER NOT NULL,
    archived             INTEGER NOT NULL
);
-- A list is of the archive or not of it: each is read along an index that begins with that.
CREATE INDEX invoices_by_time ON invoices (store_id, archived, created_at, number);
CREATE INDEX invoices_by_status ON invoices (store_id, archived, status, created_at, number);
CREATE INDEX invoices_by_order ON invoices (store_id, archived, order_id, created_at, number)
    WHERE order_id IS NOT NULL;
CREATE INDEX invoices_by_item ON invoices (store_id, archived, item_code, created_at, number)
    WHERE item_code IS NOT NULL;
CREATE INDEX invoices_by_email ON invoices (store_id, archived, buyer_email, created_at, number)
    WHERE buyer_email IS NOT NULL;
CREATE INDEX invoices_by_flag ON invoices (store_id, archived, flag, created_at, number) WHERE flag <> '';
CREATE INDEX invoices_by_price ON invoices (store_id, archived, sort_price, created_at, number)
    WHERE sort_price IS NOT NULL;
CREATE INDEX invoices_by_deadline ON invoices (network, next_deadline) WHERE next_deadline IS NOT NULL;
CREATE INDEX invoices_waiting_for_depth ON invoices (network) WHERE waits_for_depth = 1;
CREATE INDEX invoices_missing_payments ON invoices (network) WHERE misses_payments = 1;

-- Every quote that an invoice ever had; the last one, whose number the invoice holds, is the one that stands.
CREATE TABLE quotes (
    invoice_id      BLOB NOT NULL REFERENCES invoices (id),
    seq             INTEGER NOT NULL,
    store_id        BLOB NOT NULL REFERENCES stores (id),
    due             INTEGER,
    min_due         INTEGER,
    per_btc         TEXT,
    source          TEXT,
    observed_at     INTEGER,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, seq)
) WITHOUT ROWID;
CREATE INDEX quotes_by_due ON quotes (store_id, due, invoice_id) WHERE due IS NOT NULL;

-- Not there until an address was issued.
CREATE TABLE payment_methods (
    invoice_id BLOB NOT NULL REFERENCES invoices (id),
    method     TEXT NOT NULL,
    wallet_id  BLOB REFERENCES wallets (id),
    script     BLOB,
    PRIMARY KEY (invoice_id, method)
) WITHOUT ROWID;

-- Every script ever issued, watched for ever. No script and no index is issued twice. `invoice_id` is NULL
-- for the wallet's own change.
CREATE TABLE scripts (
    network      TEXT NOT NULL,
    script       BLOB NOT NULL,
    wallet_id    BLOB NOT NULL REFERENCES wallets (id),
    keychain     TEXT NOT NULL,
    wallet_index INTEGER NOT NULL,
    invoice_id   BLOB,
    PRIMARY KEY (network, script),
    UNIQUE (wallet_id, keychain, wallet_index)
) WITHOUT ROWID;

-- Which receiving addresses of a wallet hold what was paid, and how many before each were issued and hold nothing, back
-- to the one that does. What was passed over counts as used.
CREATE TABLE used_addresses (
    wallet_id     BLOB NOT NULL REFERENCES wallets (id),
    wallet_index  INTEGER NOT NULL,
    unpaid_before INTEGER NOT NULL,
    PRIMARY KEY (wallet_id, wallet_index)
) WITHOUT ROWID;
CREATE INDEX used_addresses_by_gap ON used_addresses (wallet_id, unpaid_before, wallet_index);

-- Every output ever seen that pays a script of a wallet, and what spends it. The block is the one that it is
-- in, or of one that was lost, that of what it was lost to. `spend_id` is the transaction
-- of the merchant's that it is kept for; `raw_tx` of what pays an invoice is with its payment.
CREATE TABLE coins (
    network      TEXT NOT NULL,
    txid         BLOB NOT NULL,
    vout         INTEGER NOT NULL,
    wallet_id    BLOB NOT NULL REFERENCES wallets (id),
    keychain     TEXT NOT NULL,
    wallet_index INTEGER NOT NULL,
    invoice_id   BLOB REFERENCES invoices (id),
    amount       INTEGER NOT NULL,
    coinbase     INTEGER NOT NULL,
    first_seen   INTEGER NOT NULL,
    standing     TEXT NOT NULL,
    block_height INTEGER,
    block_hash   BLOB,
    lost_to      BLOB,
    spent_by     BLOB,
    spent_unsigned BLOB,
    spent_height INTEGER,
    spent_hash   BLOB,
    spend_id     BLOB,
    raw_tx       BLOB,
    PRIMARY KEY (network, txid, vout)
) WITHOUT ROWID;
CREATE INDEX coins_of_script ON coins (wallet_id, keychain, wallet_index);
CREATE INDEX coins_unspent ON coins (wallet_id, first_seen, txid, vout) WHERE spent_by IS NULL;
-- Covers what a balance asks, in the order in which it is summed up; `spent_by` too, or each row would be looked up for it.
CREATE INDEX coins_in_balance ON coins (wallet_id, standing, spend_id, block_height, amount, spent_by)
    WHERE spent_by IS NULL;
CREATE INDEX coins_by_size ON coins (wallet_id, amount, first_seen, txid, vout) WHERE spent_by IS NULL;
CREATE INDEX coins_of_change ON coins (network) WHERE invoice_id IS NULL;

-- A transaction is stored with the first payment that it makes to an invoice; `raw_tx` of the others
-- is NULL.
CREATE TABLE payments (
    invoice_id   BLOB NOT NULL REFERENCES invoices (id),
    seq          INTEGER NOT NULL,
    txid         BLOB NOT NULL,
    vout         INTEGER NOT NULL,
    amount       INTEGER NOT NULL,
    standing     TEXT NOT NULL,
    block_height INTEGER,
    block_hash   BLOB,
    loss_cause   TEXT,
    first_seen   INTEGER NOT NULL,
    replaceable  INTEGER NOT NULL,
    matured      INTEGER NOT NULL,
    six_deep     INTEGER NOT NULL,
    raw_tx       BLOB,
    PRIMARY KEY (invoice_id, seq),
    UNIQUE (invoice_id, txid, vout)
) WITHOUT ROWID;
CREATE INDEX payments_by_txid ON payments (txid);

CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    invoice_id BLOB NOT NULL REFERENCES invoices (id),
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    event      TEXT NOT NULL,
    written_in INTEGER NOT NULL DEFAULT 0 /* the transaction */,
    UNIQUE (invoice_id, seq)
);
CREATE INDEX events_by_transaction ON events (written_in, id);

-- Added, never changed. `event_count`: how many events the invoice's log held with those of this cause.
CREATE TABLE postings (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id     BLOB NOT NULL REFERENCES stores (id),
    invoice_id   BLOB NOT NULL REFERENCES invoices (id),
    event_count  INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    from_account TEXT NOT NULL,
    to_account   TEXT NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount > 0)
);
CREATE INDEX postings_by_time ON postings (store_id, at, id);
CREATE INDEX postings_by_invoice ON postings (invoice_id, id);

-- What the postings of a store leave in each account, kept with every posting.
CREATE TABLE balances (
    store_id BLOB NOT NULL REFERENCES stores (id),
    account  TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (store_id, account)
) WITHOUT ROWID;

-- How much of that came about on each day, in UTC, since the epoch.
CREATE TABLE day_balances (
    store_id BLOB NOT NULL REFERENCES stores (id),
    day      INTEGER NOT NULL,
    account  TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, account)
) WITHOUT ROWID;

-- What is given back of an invoice. The link that asks the buyer for an address is derived; `claim` is its
-- SHA-256, and `claim_generation` counts how often it was replaced. `spend_id` is the newest transaction that
-- pays it; every one of them spends the coin `pin`.
CREATE TABLE refunds (
    id               BLOB PRIMARY KEY,
    invoice_id       BLOB NOT NULL REFERENCES invoices (id),
    seq              INTEGER NOT NULL,
    store_id         BLOB NOT NULL REFERENCES stores (id),
    amount           INTEGER NOT NULL,
    standing         TEXT NOT NULL,
    txid             BLOB,
    fee              INTEGER,
    asked            TEXT NOT NULL,
    currency         TEXT NOT NULL,
    guid             TEXT,
    script           BLOB,
    claim            BLOB UNIQUE,
    claim_generation INTEGER NOT NULL,
    claim_ends_at    INTEGER,
    spend_id         BLOB,
    pin_txid         BLOB,
    pin_vout         INTEGER,
    created_at       INTEGER NOT NULL,
    UNIQUE (invoice_id, seq)
) WITHOUT ROWID;
CREATE INDEX refunds_pending ON refunds (store_id, created_at, id) WHERE standing = 'pending';
CREATE INDEX refunds_by_guid ON refunds (store_id, guid, created_at, id) WHERE guid IS NOT NULL;
CREATE INDEX refunds_by_txid ON refunds (txid) WHERE txid IS NOT NULL;
CREATE INDEX refunds_by_script ON refunds (store_id, script, created_at, id) WHERE script IS NOT NULL;
CREATE INDEX refunds_by_spend ON refunds (spend_id) WHERE spend_id IS NOT NULL;

-- A transaction that spends a wallet's coins, in one version. `psbt` has the signatures so far; `txid` is
-- that of the signed transaction once there is one.
CREATE TABLE spends (
    id           BLOB PRIMARY KEY,
    store_id     BLOB NOT NULL REFERENCES stores (id),
    wallet_id    BLOB NOT NULL REFERENCES wallets (id),
    network      TEXT NOT NULL,
    replaces     BLOB,
    psbt         BLOB NOT NULL,
    txid         BLOB NOT NULL,
    fee          INTEGER NOT NULL,
    signed_tx    BLOB,
    signed_at    INTEGER,
    cancelled_at INTEGER,
    standing     TEXT NOT NULL,
    block_height INTEGER,
    block_hash   BLOB,
    rival        BLOB,
    refusal      TEXT,
    followed     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spends_of_store ON spends (store_id, created_at, id);
CREATE INDEX spends_followed ON spends (network) WHERE followed = 1;
CREATE INDEX spends_by_txid ON spends (txid);

-- Which refunds a transaction pays, and their shares of its fee.
CREATE TABLE spend_refunds (
    spend_id  BLOB NOT NULL REFERENCES spends (id),
    refund_id BLOB NOT NULL REFERENCES refunds (id),
    fee       INTEGER NOT NULL,
    PRIMARY KEY (spend_id, refund_id)
) WITHOUT ROWID;
CREATE INDEX spend_refunds_by_refund ON spend_refunds (refund_id);

-- Where a store hears of all its invoices. `events` is NULL for all of them; the secret is derived, and
-- `generation` counts how often it was replaced. Of one that asks for what it hears, `asked_at` is when it last did.
CREATE TABLE webhooks (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    id             BLOB NOT NULL UNIQUE,
    store_id       BLOB NOT NULL REFERENCES stores (id),
    url            TEXT NOT NULL,
    events         TEXT,
    switched_on    INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    previous_until INTEGER,
    created_at     INTEGER NOT NULL,
    asked_at       INTEGER
);
CREATE INDEX webhooks_of_store ON webhooks (store_id, number);
CREATE INDEX webhooks_by_asked ON webhooks (asked_at) WHERE asked_at IS NOT NULL;

-- A test belongs to no invoice. `webhook_id` is NULL for the address that an order names itself, and may be
-- of a webhook that is gone. What has the same `line` goes out in order.
CREATE TABLE deliveries (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    id          BLOB NOT NULL UNIQUE,
    store_id    BLOB NOT NULL REFERENCES stores (id),
    invoice_id  BLOB REFERENCES invoices (id),
    webhook_id  BLOB,
    line        BLOB NOT NULL,
    endpoint    TEXT NOT NULL,
    url         TEXT NOT NULL,
    form        TEXT NOT NULL,
    notice      TEXT,
    snapshot    TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    resent_at   INTEGER,
    in_line     INTEGER NOT NULL
);
-- Both cover what the notifier asks of them, so that a backlog is looked through without its rows.
CREATE INDEX deliveries_pending ON deliveries (endpoint, next_at, number, lease_until, line, in_line)
    WHERE state = 'pending';
CREATE INDEX deliveries_pending_in_order ON deliveries (line, number) WHERE state = 'pending' AND in_line = 1;
CREATE INDEX deliveries_in_order ON deliveries (invoice_id, number);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, number) WHERE webhook_id IS NOT NULL;
CREATE INDEX deliveries_of_webhook_by_state ON deliveries (webhook_id, state, number) WHERE webhook_id IS NOT NULL;
CREATE INDEX deliveries_of_store ON deliveries (store_id, number);
CREATE INDEX deliveries_of_store_by_state ON deliveries (store_id, state, number);
CREATE INDEX deliveries_of_orders ON deliveries (store_id, number) WHERE webhook_id IS NULL;
CREATE INDEX deliveries_of_orders_by_state ON deliveries (store_id, state, number) WHERE webhook_id IS NULL;
CREATE INDEX deliveries_of_store_failing ON deliveries (store_id, number) WHERE state = 'pending' AND attempts > 0;
CREATE INDEX deliveries_failing ON deliveries (invoice_id) WHERE state = 'pending' AND attempts > 0;

CREATE TABLE attempts (
    delivery_id BLOB NOT NULL REFERENCES deliveries (id),
    attempt     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    http_status INTEGER,
    failure     TEXT,
    excerpt     TEXT,
    request_id  TEXT NOT NULL,
    PRIMARY KEY (delivery_id, attempt)
) WITHOUT ROWID;

-- What asks for a person: an invoice, a refund that is pending, or a delivery that fails, with why. It is written with
-- its cause, and gone with it. `place` is where a delivery goes. What was put aside waits for nobody.
CREATE TABLE attention (
    cause      TEXT NOT NULL,
    subject    BLOB NOT NULL,
    store_id   BLOB NOT NULL REFERENCES stores (id),
    invoice_id BLOB NOT NULL REFERENCES invoices (id),
    since      INTEGER NOT NULL,
    place      TEXT,
    aside_at   INTEGER,
    aside_by   TEXT,
    PRIMARY KEY (cause, subject)
) WITHOUT ROWID;
CREATE INDEX attention_open ON attention (store_id, cause, since, subject) WHERE aside_at IS NULL;
CREATE INDEX attention_aside ON attention (store_id, aside_at, subject) WHERE aside_at IS NOT NULL;
CREATE INDEX attention_of_invoice ON attention (invoice_id);

CREATE TABLE idempotency (
    caller     TEXT NOT NULL,
    path       TEXT NOT NULL,
    key        TEXT NOT NULL,
    body_hash  BLOB NOT NULL,
    reply      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller, path, key, body_hash)
) WITHOUT ROWID;
CREATE INDEX idempotency_by_time ON idempotency (created_at);

-- How far the log of events was read to sum stores up, what each invoice was counted as, and the sums.
CREATE TABLE summary_place (
    name       TEXT PRIMARY KEY,
    written_in INTEGER NOT NULL,
    event_id   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE summary_invoices (
    invoice_id BLOB PRIMARY KEY REFERENCES invoices (id),
    counted    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE summary_totals (
    store_id BLOB NOT NULL REFERENCES stores (id),
    name     TEXT NOT NULL,
    value    INTEGER NOT NULL,
    PRIMARY KEY (store_id, name)
) WITHOUT ROWID;

CREATE TABLE summary_sales (
    store_id BLOB NOT NULL REFERENCES stores (id),
    day      INTEGER NOT NULL,
    currency TEXT NOT NULL,
    sales    INTEGER NOT NULL,
    amount   TEXT NOT NULL,
    sats     INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, currency)
) WITHOUT ROWID;

-- What the server has beside its database, by fingerprint.
CREATE TABLE identity (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Which time something was taken that only one process may do.
CREATE TABLE leads (
    what TEXT PRIMARY KEY,
    term INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE chains (
    network TEXT PRIMARY KEY,
    locator TEXT NOT NULL
) WITHOUT ROWID;

-- What a history of sales leaves beside its invoices: each complete one's payment and coin, booked, summed up and told of, as
-- the one sale that the server saw itself; and one invoice in a hundred that asks for its merchant.
BEGIN IMMEDIATE;
INSERT INTO coins
    SELECT c.network, randomblob(32), 0, s.wallet_id, s.keychain, s.wallet_index, i.id, c.amount, 0, i.created_at, c.standing,
        c.block_height, c.block_hash, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT * FROM coins LIMIT 1) AS c, invoices AS i
    JOIN payment_methods AS m ON m.invoice_id = i.id
    JOIN scripts AS s ON s.network = i.network AND s.script = m.script
    WHERE i.status = 'complete' AND i.id <> c.invoice_id;
INSERT INTO payments
    SELECT c.invoice_id, 0, c.txid, 0, c.amount, p.standing, p.block_height, p.block_hash, NULL, c.first_seen, 0, 1, 1, p.raw_tx
    FROM (SELECT * FROM payments LIMIT 1) AS p, coins AS c WHERE c.invoice_id <> p.invoice_id;
INSERT OR IGNORE INTO used_addresses SELECT wallet_id, wallet_index, 0 FROM coins;
INSERT INTO postings (store_id, invoice_id, event_count, at, from_account, to_account, amount)
    SELECT p.store_id, c.invoice_id, p.event_count, c.first_seen, p.from_account, p.to_account, c.amount
    FROM (SELECT * FROM postings LIMIT 1) AS p, coins AS c WHERE c.invoice_id <> p.invoice_id;
DELETE FROM balances;
INSERT INTO balances SELECT store_id, to_account, sum(amount) FROM postings GROUP BY 1, 2
    UNION ALL SELECT store_id, from_account, -sum(amount) FROM postings GROUP BY 1, 2;
DELETE FROM day_balances;
INSERT INTO day_balances SELECT store_id, at / 86400000, to_account, sum(amount) FROM postings GROUP BY 1, 2, 3
    UNION ALL SELECT store_id, at / 86400000, from_account, -sum(amount) FROM postings GROUP BY 1, 2, 3;
DELETE FROM summary_sales;
INSERT INTO summary_sales
    SELECT store_id, at / 86400000, 'USD', count(*), CAST(20 * count(*) AS TEXT), sum(amount) FROM postings GROUP BY 1, 2;
INSERT INTO deliveries (id, store_id, invoice_id, webhook_id, line, endpoint, url, form, notice, snapshot, state, attempts,
        created_at, next_at, lease_until, resent_at, in_line)
    SELECT randomblob(16), d.store_id, p.invoice_id, NULL, p.invoice_id, d.endpoint, d.url, d.form, d.notice, d.snapshot, 'done',
        1, p.at, p.at, 0, NULL, 0
    FROM (SELECT * FROM deliveries LIMIT 1) AS d, postings AS p WHERE p.invoice_id <> d.invoice_id;
INSERT INTO attempts (delivery_id, attempt, at, duration_ms, http_status, failure, excerpt, request_id)
    SELECT id, 1, created_at, 12, 200, NULL, 'ok', 'benched' FROM deliveries
    WHERE id NOT IN (SELECT delivery_id FROM attempts) AND state = 'done';
UPDATE invoices SET flag = 'paidLate' WHERE status = 'expired' AND order_id LIKE '%00';
INSERT INTO attention (cause, subject, store_id, invoice_id, since)
    SELECT 'late', id, store_id, id, created_at FROM invoices WHERE flag = 'paidLate';
COMMIT;

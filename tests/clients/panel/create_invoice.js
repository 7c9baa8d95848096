const url = new URL(
"http://www.cryptopay-panel.com/api/v1/stores/16/invoices"
);
const headers = {
"Authorization": "Bearer {YOUR_AUTH_KEY}",
"Content-Type": "application/json",
"Accept": "application/json",
};
let body = {
"amount": 0.001,
"currency": "BTC",
"order_id": "ORD-123",
"buyer_email": "jdach@example.org"
};
fetch(url, {
method: "POST",
headers,
body: JSON.stringify(body),
}).then(response => response.json());

import requests
import json
url = 'http://www.cryptopay-panel.com/api/v1/stores/16/invoices'
payload = {
"amount": 0.001,
"currency": "BTC",
"order_id": "ORD-123",
"buyer_email": "jdach@example.org"
}
headers = {
'Authorization': 'Bearer {YOUR_AUTH_KEY}',
'Content-Type': 'application/json',
'Accept': 'application/json'
}
response = requests.request('POST', url, headers=headers, json=payload)
response.json()

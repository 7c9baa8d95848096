import requests
import json
url = 'http://www.cryptopay-panel.com/api/v1/stores/16/webhook-test'
headers = {
'Authorization': 'Bearer {YOUR_AUTH_KEY}',
'Content-Type': 'application/json',
'Accept': 'application/json'
}
response = requests.request('POST', url, headers=headers)
response.json()

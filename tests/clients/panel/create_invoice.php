$client = new \GuzzleHttp\Client();
$url = 'http://www.cryptopay-panel.com/api/v1/stores/16/invoices';
$response = $client->post(
$url,
[
'headers' => [
'Authorization' => 'Bearer {YOUR_AUTH_KEY}',
'Content-Type' => 'application/json',
'Accept' => 'application/json',
],
'json' => [
'amount' => 0.001,
'currency' => 'BTC',
'order_id' => 'ORD-123',
'buyer_email' => 'jdach@example.org',
],
]
);
$body = $response->getBody();
print_r(json_decode((string) $body));

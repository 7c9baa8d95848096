$client = new \GuzzleHttp\Client();
$url = 'http://www.cryptopay-panel.com/api/v1/stores/16/webhook-test';
$response = $client->post(
$url,
[
'headers' => [
'Authorization' => 'Bearer {YOUR_AUTH_KEY}',
'Content-Type' => 'application/json',
'Accept' => 'application/json',
],
]
);
$body = $response->getBody();
print_r(json_decode((string) $body));

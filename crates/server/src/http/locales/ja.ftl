# The buyers' pages in Japanese.

## Every page

page-live = このページは自動で更新されます。
page-refresh = 今すぐ更新
page-offline = 接続が切れました。再接続しています…
page-language = 言語
page-language-change = 変更
page-practice = テスト用ショップ
page-practice-words = 実際のビットコインは使いません
page-close = 閉じる
copy = コピー
copied = コピーしました
copy-amount = 金額をコピー
copy-address = アドレスをコピー
order-number = 注文番号 { $number }
leave = ショップに戻る
leave-soon = まもなくショップに戻ります。
leave-stay = このページにとどまる

## How an invoice stands: a title, and what it means

open-title = ご注文
open-words = お支払いの準備ができましたらお進みください。お客様専用のアドレスをご用意します。
open = お支払いに進む
waiting = お支払いをお待ちしています
partial = あと { $amount } BTC をお送りください
partial-words = { $received } BTC が届いています。
seen = お支払いを検知しました
seen-words =
    { $needed ->
       *[other] 送金の途中です（必要な承認 { $needed }回のうち 0回）。お支払いはショップからも見えていますので、このページは閉じてもかまいません。
    }
confirming = 承認が進んでいます
confirming-words =
    { $needed ->
       *[other] 必要な承認 { $needed }回のうち { $reached }回が済みました。お支払いはショップからも見えていますので、このページは閉じてもかまいません。
    }
paid = お支払い済み
paid-words = お支払いが承認されました。ありがとうございます。
complete = お支払い完了
complete-words = お支払いが確定しました。ありがとうございます。
free = お支払いは不要です
free-words = このご注文は無料です。手続きは完了しています。
accepted-words = ショップがこのご注文を支払い済みとして受け付けました。ありがとうございます。
over = お支払い済み（超過あり）
over-words = ご請求額より { $amount } BTC 多く送金されています。ショップはこれを把握しており、返金することができます。ショップへご連絡ください。
expired = この価格は有効期限が切れました
expired-words = 送金しないでください。入金は届いていません。
expired-shop = ショップに戻り、新しい価格をお求めください。
expired-partial-words = 送金しないでください。{ $received } BTC が届きましたが、金額が不足していました。
expired-partial-shop = ショップへご連絡ください。
expired-behind-words = 送金しないでください。入金はまだ検知されていませんが、このサーバーはブロックチェーンの同期中です。
late = 有効期限の後に入金がありました
late-words = ショップは入金を把握しており、今後の対応を判断します。再度のお支払いはなさらないでください。
replaced = お支払いが置き換えられました
replaced-words = 別のトランザクションに置き換えられ、お支払いは届きませんでした。この価格が有効な間は、もう一度お支払いいただけます。
replaced-expired-words = 別のトランザクションに置き換えられ、入金は届いていません。今はこのアドレスに送金しないでください。
invalid = お支払いは無効です
invalid-marked-words = ショップが無効と判断しました。もう一度お支払いになる前に、ショップへご連絡ください。
invalid-unconfirmed-words = ネットワークで承認されませんでした。もう一度お支払いになる前に、ショップへご連絡ください。
invalid-lost-words = 別のトランザクションで同じコインが使われ、このお支払いは成立しなくなりました。もう一度お支払いになる前に、ショップへご連絡ください。
behind-words = このサーバーはブロックチェーンの同期中です。お支払いは今すぐできますが、ここに表示されるまで通常より少し時間がかかります。
behind-paid-words = このサーバーはブロックチェーンの同期中です。承認がここに表示されるまで、通常より少し時間がかかります。

## After expiry

renew-price = 新しい価格を取得
renew-price-words = ご注文はそのまま残っています。ビットコインの金額は本日のレートで計算されます。
renew-time = 時間を延長
renew-time-words = 延長後、同じレートで残額をお送りください。

## What to pay

label-to-pay = お支払い金額
label-still = 残りのお支払い金額
label-top-up = チャージ
label-payment-of = お支払い
label-paid = お支払い済み
label-asked = ご請求額
any-amount = 任意の金額
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = ショップの固定レート
rate-practice = テスト用レート
pay = お支払い
wallet = ウォレットで開く
hold = この価格の有効期限まであと
hold-top-up = 受付終了まであと
left-seconds = 1分未満
left-minutes =
    { $n ->
       *[other] { $n }分
    }
left-hours =
    { $n ->
       *[other] { $n }時間
    }
say-minutes =
    { $n ->
       *[other] 残り { $n }分です
    }
qr-label = QRコード：{ $address } に { $amount } BTC を支払う
qr-label-any = QRコード：{ $address } に任意の金額を支払う
qr-plain = アドレスのみのQRコード
qr-plain-words = アドレスしか読み取れない取引所などのアプリ用です。金額はご自身で入力してください。
qr-plain-label = QRコード：アドレス { $address }
address = ビットコインアドレス
keys = キーボードショートカット
keys-words = 「c」でアドレス、「a」で金額をコピーします。

## Details and receipt

details = 詳細
receipt = レシート
receipt-of = レシート · { $shop }
receipt-open = 保存用レシート
receipt-print = 印刷
receipt-back = お支払いページに戻る
receipt-pending = お支払いは検知されましたが、まだ承認されていません。
receipt-here = このレシートはこちらで確認できます：
receipt-qr = QRコード：このレシートのURL
fact-shop = ショップ
fact-for = 内容
fact-order = 注文番号
fact-price = 価格
fact-tax = うち税額
fact-rate = レート
fact-rate-time = レートの時点
fact-due = ご請求額
fact-received = 入金額
fact-over = 超過額
fact-expires = 価格の有効期限
fact-expired = 価格の失効日時
fact-invoice = 請求番号
fact-transaction = トランザクション
fact-lost = 不成立のトランザクション
fact-status = 状況
fact-enough = 入金額はご請求額をわずかに下回りましたが、ショップは全額のお支払いとして扱います。

## A refund

refund-title = 返金 · { $shop }
refund = 返金
refund-asked = 返金指定額 { $price } { $currency }
refund-where = { $shop } がこの金額をお客様に返金します。どのアドレスに送ればよいですか？
refund-address = お客様のビットコインアドレス
refund-address-hint = ウォレットの「受取」画面に表示されるアドレスです。お支払いの送り先だったアドレスや、利用をやめた取引所のアドレスは入力しないでください。
refund-continue = 次へ
refund-until = このリンクの受付期限：
refund-confirm = このアドレスでよろしいですか？
refund-confirm-words = 最初と最後の文字のまとまりを、ウォレットの表示と見比べてください。送金した後の取り消しはできません。
refund-yes = はい、ここに送る
refund-no = いいえ、変更する
refund-late = このリンクは期限が切れています
refund-late-words = ショップに新しいリンクをお求めください。期限が切れても、お金が失われることはありません。
refund-known = ショップはアドレスを受け取りました
refund-known-words = 返金はショップのウォレットから送られます。送金が始まると、このページに表示されます。
refund-sent = 返金を送金中です
refund-sent-words = トランザクションは、ブロックへの取り込みを待っています。
refund-paid = 返金済み
refund-paid-words = トランザクションがブロックに取り込まれました。
refund-cancelled = ショップがこの返金を取り消しました
refund-cancelled-words = 送金は行われません。理由はショップにお問い合わせください。
refund-failed = この返金は成立しませんでした
refund-failed-words = ショップのトランザクションが成立しませんでした。改めての返金をショップにご依頼ください。
refund-to = 返金先
refund-bad-address = ビットコインアドレスではありません。ウォレットから、もう一度全体をコピーしてください。
refund-other-network = 別のネットワークのアドレスです。テスト用のアドレスと本番用のアドレスは互換性がありません。
refund-unknown = この返金は見つかりません
refund-unknown-words = リンクが途中で切れているか、ショップが別のリンクを発行した可能性があります。ショップにお問い合わせください。

## What goes wrong

no-invoice = この請求は見つかりません
no-invoice-words = リンクが途中で切れている可能性があります。ショップに戻って、もう一度お試しください。
not-now = 現在ご利用いただけません
not-now-words = サーバーに問題が発生しています。1分ほどしてから、もう一度ご確認ください。
too-many = 試行回数が多すぎます
too-many-words = 1分ほどお待ちください。

## Going on: a new price, more time, or an address

go-on-refused = この請求では手続きを続けられません
go-on-refused-words = この請求では、新しい価格の取得も時間の延長も、もうできません。ショップにお戻りください。送金された場合は、ショップへご連絡ください。
go-on-no-rate = 現在、価格をお出しできません
go-on-no-rate-words = 現在レートが分からないため、何も変更されていません。数分後にもう一度お試しください。
go-on-moment = 少々お待ちください
go-on-moment-words = 期限内に入金が届いたかどうかを、まだ確認しています。少ししてから、もう一度お試しください。
go-on-back = 請求ページに戻る

## The pay button

button-title = このお支払いを開始できません
button-no-store = このボタンのショップが見つかりませんでした。ショップへお知らせください。
button-not-enabled = このショップは、このボタンでのお支払いを受け付けていません。ショップへお知らせください。
button-changed = このボタンは変更されたか、ショップによって取り下げられています。ショップに戻り、ページを再読み込みしてから、もう一度お試しください。
button-price = 金額は0より大きい数値でなければなりません。前のページに戻り、別の金額を入力してください。
button-wrong = このボタンは正しく設定されていません。ショップへお知らせください。
button-not-now = ショップは現在お支払いを受け付けられません。しばらくしてから、もう一度お試しください。
button-too-many = 開始されたお支払いが多すぎます。1分ほど待ってから、もう一度お試しください。

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = テスト操作
play-words = この支払いに何でも起こせます。実際のビットコインは動きません。
play-pay = 支払う
play-pay-words = 不足分を支払います。
play-underpay = 少なく支払う
play-underpay-words = 不足分の半分を支払います。
play-overpay = 多く支払う
play-overpay-words = 不足分の1.5倍を支払います。
play-late = 遅れて支払う
play-late-words = 支払い期限を終わらせてから支払います。
play-replace = 手数料を上げる
play-replace-words = 同じ支払いをより高い手数料で送り直します。最初のものは消え、次のものが有効になります。
play-double-spend = 二重支払い
play-double-spend-words = 同じ資金を別の場所で使います。最初のブロックを待つ支払いは消えます。
play-mine = ブロックを採掘
play-mine-words = 承認が1つ増えます。
play-reorg = 再編成
play-reorg-words = 支払い以降のブロックが別のものに置き換わり、支払いは再びブロックを待ちます。
play-vanish = 再編成して失う
play-vanish-words = 同じことに加え、資金が別の場所で使われ、支払いは消えます。
play-expire = 期限切れにする
play-expire-words = 支払い期限が今終わります。
play-refused = 今はできません
play-refused-words = ページを開いた後に支払いの状態が変わりました。戻って確認してください。

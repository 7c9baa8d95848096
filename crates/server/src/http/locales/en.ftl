# The buyers' pages. Every other file in this folder says the same in another language: the same keys, the same
# variables. A test holds that.
#
# Words are short and calm, and never say that something is sure which is not. $amount and $received are bitcoin as
# they are typed into a wallet: keep "BTC" as it is. Nothing here is ever read by a program.

## Every page

page-live = This page updates by itself.
page-refresh = Refresh now
page-offline = Connection lost. Trying again…
page-language = Language
page-language-change = Change
page-practice = Practice store
page-practice-words = no real bitcoin
page-close = Close
copy = Copy
copied = Copied
copy-amount = Copy amount
copy-address = Copy address
order-number = Order { $number }
leave = Return to the shop
leave-soon = You are being taken back to the shop.
leave-stay = Stay here

## How an invoice stands: a title, and what it means

open-title = Your order
open-words = Continue when you are ready to pay: you get an address that is yours alone.
open = Continue to payment
waiting = Waiting for payment
partial = Send { $amount } BTC more
partial-words = { $received } BTC has arrived.
seen = Payment seen
seen-words =
    { $needed ->
        [one] It is on its way: 0 of 1 confirmations. You can close this page: the shop sees the payment.
       *[other] It is on its way: 0 of { $needed } confirmations. You can close this page: the shop sees the payment.
    }
confirming = Confirming
confirming-words =
    { $needed ->
        [one] { $reached } of 1 confirmations. You can close this page: the shop sees the payment.
       *[other] { $reached } of { $needed } confirmations. You can close this page: the shop sees the payment.
    }
paid = Paid
paid-words = The payment is confirmed. Thank you.
complete = Payment complete
complete-words = The payment is final. Thank you.
free = Nothing to pay
free-words = This order costs nothing. It is complete.
accepted-words = The shop has accepted this order as paid. Thank you.
over = Paid, and more than asked
over-words = You sent { $amount } BTC more than was asked. The shop sees this and can send it back: please write to them.
expired = This price has expired
expired-words = Please do not send. Nothing has arrived.
expired-shop = Go back to the shop for a new price.
expired-partial-words = Please do not send. { $received } BTC has arrived, which was too little.
expired-partial-shop = Please write to the shop.
expired-behind-words = Please do not send. Nothing has been seen yet, but this server is still catching up with the chain.
late = Payment arrived after expiry
late-words = The shop sees it and will decide. Please do not pay again.
replaced = Your payment was replaced
replaced-words = Another transaction took its place, and the payment did not arrive. You can pay again while this price holds.
replaced-expired-words = Another transaction took its place, and nothing has arrived. Please do not send to this address now.
invalid = Payment not valid
invalid-marked-words = The shop has declared it so. Please write to the shop before you pay again.
invalid-unconfirmed-words = It was not confirmed by the network. Please write to the shop before you pay again.
invalid-lost-words = Another transaction spent the same coins, and the payment is gone. Please write to the shop before you pay again.
behind-words = This server is still catching up with the chain. You can pay now; the payment will show here a little later than usual.
behind-paid-words = This server is still catching up with the chain: confirmations show here a little later than usual.

## After expiry

renew-price = Get a new price
renew-price-words = Your order is kept. The amount in bitcoin follows today's rate.
renew-time = Get more time
renew-time-words = Then send the rest, at the same rate.

## What to pay

label-to-pay = To pay
label-still = Still to pay
label-top-up = Top up
label-payment-of = Payment of
label-paid = Paid
label-asked = Was asked
any-amount = Any amount
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = fixed by the shop
rate-practice = practice rate
pay = Pay
wallet = Open in wallet
hold = This price holds for
hold-top-up = Open for
left-seconds = less than a minute
left-minutes =
    { $n ->
        [one] 1 minute
       *[other] { $n } minutes
    }
left-hours =
    { $n ->
        [one] 1 hour
       *[other] { $n } hours
    }
say-minutes =
    { $n ->
        [one] 1 minute left
       *[other] { $n } minutes left
    }
qr-label = QR code: pay { $amount } BTC to { $address }
qr-label-any = QR code: pay any amount to { $address }
qr-plain = Code of the address alone
qr-plain-words = For exchanges and other apps that read nothing else. Type the amount in yourself.
qr-plain-label = QR code: the address { $address }
address = Bitcoin address
keys = Keyboard shortcuts
keys-words = “c” copies the address, “a” the amount.

## Details and receipt

details = Details
receipt = Receipt
receipt-of = Receipt · { $shop }
receipt-open = Receipt to keep
receipt-print = Print
receipt-back = Back to the payment
receipt-pending = The payment was seen and is not confirmed yet.
receipt-here = This receipt is kept here:
receipt-qr = QR code: the address of this receipt
fact-shop = Shop
fact-for = For
fact-order = Order
fact-price = Price
fact-tax = Tax included
fact-rate = Rate
fact-rate-time = Rate as of
fact-due = Amount due
fact-received = Received
fact-over = Too much
fact-expires = Price expires
fact-expired = Price expired
fact-invoice = Invoice
fact-transaction = Transaction
fact-lost = Lost transaction
fact-status = Status
fact-enough = A little less than asked arrived; the shop takes it for the whole.

## A refund

refund-title = Refund · { $shop }
refund = Refund
refund-asked = asked as { $price } { $currency }
refund-where = { $shop } gives this back to you. Where should it go?
refund-address = Your bitcoin address
refund-address-hint = From “Receive” in your wallet. Not the address that you paid to, and not one of an exchange that you have left.
refund-continue = Continue
refund-until = This link asks until
refund-confirm = Is this your address?
refund-confirm-words = Compare the first and the last groups with your wallet. What is sent cannot be called back.
refund-yes = Yes, send it there
refund-no = No, change it
refund-late = This link is past its time
refund-late-words = Ask the shop for a new one: the money is not lost by that.
refund-known = The shop has your address
refund-known-words = The shop sends it from its own wallet. This page says when it is on its way.
refund-sent = It is on its way
refund-sent-words = The transaction waits for a block.
refund-paid = Paid back
refund-paid-words = The transaction is in a block.
refund-cancelled = The shop has cancelled this refund
refund-cancelled-words = Nothing is sent. Ask the shop why.
refund-failed = This did not come about
refund-failed-words = The transaction of the shop came to nothing. Ask the shop for another.
refund-to = To
refund-bad-address = This is not a bitcoin address. Copy it once more, whole, from your wallet.
refund-other-network = This address belongs to another network: test addresses and real ones do not mix.
refund-unknown = No such refund
refund-unknown-words = The link may be cut off, or the shop has made another. Please ask the shop.

## What goes wrong

no-invoice = No such invoice
no-invoice-words = The link may be cut off. Please go back to the shop and try again.
not-now = Not at the moment
not-now-words = This server has a problem. Please look again in a minute.
too-many = Too many attempts
too-many-words = Please wait a minute.

## Going on: a new price, more time, or an address

go-on-refused = This invoice does not go on
go-on-refused-words = There is no new price and no more time for it any more. Please go back to the shop; if you have sent something, write to them.
go-on-no-rate = No price at the moment
go-on-no-rate-words = The exchange rate is not known right now, so nothing has changed. Please try again in a few minutes.
go-on-moment = A moment please
go-on-moment-words = It is still being checked whether something arrived in time. Please try again in a moment.
go-on-back = Back to the invoice

## The pay button

button-title = This payment cannot be started
button-no-store = The shop of this button was not found. Please tell the shop.
button-not-enabled = This shop does not take payments through this button. Please tell the shop.
button-changed = This button was changed, or the shop has withdrawn it. Please go back to the shop, load its page again and try once more.
button-price = The amount has to be a number above zero. Please go back and enter another.
button-wrong = This button is not set up right. Please tell the shop.
button-not-now = The shop cannot take a payment at the moment. Please try again later.
button-too-many = Too many payments were started. Please wait a minute and try again.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Practice
play-words = Make anything happen to this payment. No real bitcoin moves.
play-pay = Pay
play-pay-words = Pays what is missing.
play-underpay = Pay too little
play-underpay-words = Pays half of what is missing.
play-overpay = Pay too much
play-overpay-words = Pays half as much again.
play-late = Pay late
play-late-words = Ends the time for paying, and then pays.
play-replace = Raise the fee
play-replace-words = Sends the same payment again for a higher fee: the first is gone, the second counts.
play-double-spend = Double-spend
play-double-spend-words = Spends the same coins elsewhere: what waits for its first block is gone.
play-mine = Mine a block
play-mine-words = One more confirmation.
play-reorg = Reorganise
play-reorg-words = Other blocks replace those since the payment: it waits for a block again.
play-vanish = Reorganise and lose
play-vanish-words = The same, and the coins are spent elsewhere: the payment is gone.
play-expire = Expire
play-expire-words = The time for paying is over now.
play-refused = This makes no sense now
play-refused-words = The payment has changed since the page was opened. Go back and look at how it stands.

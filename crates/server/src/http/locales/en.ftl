# The buyers' pages. Every other file in this folder says the same in another language.
#
# Words are short and calm, and never say that something is sure which is not. $amount is bitcoin as it is typed into
# a wallet. Nothing here is ever copied by a program.

## Every page

page-live = This page updates by itself.
page-refresh = Refresh now
page-offline = Connection lost. Trying again…

## Going on: a new price, more time, or an address

go-on-refused = This invoice does not go on
go-on-refused-words = There is no new price and no more time for it any more. Please go back to the shop; if you have sent something, write to them.
go-on-no-rate = No price at the moment
go-on-no-rate-words = The exchange rate is not known right now, so nothing has changed. Please try again in a few minutes.
go-on-moment = A moment please
go-on-moment-words = It is still being checked whether something arrived in time. Please try again in a moment.
go-on-often = Too many attempts
go-on-often-words = Please wait a minute.
go-on-not-now = Not at the moment
go-on-not-now-words = This server has a problem, and nothing has changed. Please try again in a minute.
go-on-back = Back to the invoice

## The pay button

button-title = This payment cannot be started
button-no-store = The shop of this button was not found. Please tell the shop.
button-not-enabled = This shop does not take payments through this button. Please tell the shop.
button-changed = This button was changed, or the shop has withdrawn it. Please go back to the shop, load its page again and try once more.
button-price = The amount has to be a number above zero. Please go back and enter another.
button-wrong = This button is not set up right. Please tell the shop.
button-not-now = The shop cannot take a payment at the moment. Please try again later.
button-too-many-title = Too many attempts
button-too-many = Too many payments were started. Please wait a minute and try again.

## The step before the address

open-payment = Pay with Bitcoin
open-payment-words = The next page shows where to send it.

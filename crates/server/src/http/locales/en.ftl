# The buyers' pages. Every other file in this folder says the same in another language.
#
# Words are short and calm, and never say that something is sure which is not. $amount is bitcoin as it is typed into
# a wallet. Nothing here is ever copied by a program.

## Every page

page-live = This page updates by itself.
page-refresh = Refresh now
page-offline = Connection lost. Trying again…

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

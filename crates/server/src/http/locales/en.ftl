# The buyers' pages. Every other file in this folder says the same in another language.
#
# Words are short and calm, and never say that something is sure which is not. $amount is bitcoin as it is typed into
# a wallet. Nothing here is ever copied by a program.

## Every page

page-live = This page updates by itself.
page-refresh = Refresh now
page-offline = Connection lost. Trying again…

# Dutch: the buyers' pages, translated from en.ftl.

## Every page

page-live = Deze pagina wordt vanzelf bijgewerkt.
page-refresh = Nu vernieuwen
page-offline = Verbinding verbroken. Opnieuw proberen…
page-language = Taal
page-language-change = Wijzigen
page-practice = Testwinkel
page-practice-words = geen echte bitcoin
page-close = Sluiten
copy = Kopiëren
copied = Gekopieerd
copy-amount = Bedrag kopiëren
copy-address = Adres kopiëren
order-number = Bestelling { $number }
leave = Terug naar de winkel
leave-soon = Je gaat zo terug naar de winkel.
leave-stay = Hier blijven

## How an invoice stands: a title, and what it means

open-title = Je bestelling
open-words = Ga verder als je wilt betalen: je krijgt dan een adres dat alleen voor jouw betaling is.
open = Verder naar betalen
waiting = Wachten op de betaling
partial = Stuur nog { $amount } BTC
partial-words = Er is { $received } BTC binnengekomen.
seen = Betaling gezien
seen-words =
    { $needed ->
        [one] De betaling is onderweg: 0 van 1 bevestiging. Je kunt deze pagina sluiten, de winkel ziet de betaling.
       *[other] De betaling is onderweg: 0 van { $needed } bevestigingen. Je kunt deze pagina sluiten, de winkel ziet de betaling.
    }
confirming = Wordt bevestigd
confirming-words =
    { $needed ->
        [one] { $reached } van 1 bevestiging. Je kunt deze pagina sluiten, de winkel ziet de betaling.
       *[other] { $reached } van { $needed } bevestigingen. Je kunt deze pagina sluiten, de winkel ziet de betaling.
    }
paid = Betaald
paid-words = De betaling is bevestigd. Bedankt.
complete = Betaling afgerond
complete-words = De betaling is definitief. Bedankt.
free = Niets te betalen
free-words = Deze bestelling kost niets en is afgerond.
accepted-words = De winkel heeft deze bestelling als betaald geaccepteerd. Bedankt.
over = Betaald, meer dan gevraagd
over-words = Je hebt { $amount } BTC meer gestuurd dan gevraagd. De winkel ziet dit en kan het terugsturen: neem contact op met de winkel.
expired = Deze prijs is verlopen
expired-words = Stuur nu niets. Er is niets binnengekomen.
expired-shop = Ga terug naar de winkel voor een nieuwe prijs.
expired-partial-words = Stuur nu niets. Er is { $received } BTC binnengekomen, en dat was te weinig.
expired-partial-shop = Neem contact op met de winkel.
expired-behind-words = Stuur nu niets. Er is nog geen betaling gezien, maar deze server loopt nog achter op de blockchain.
late = Betaling te laat binnengekomen
late-words = De winkel ziet de betaling en beslist wat ermee gebeurt. Betaal niet nog een keer.
replaced = Je betaling is vervangen
replaced-words = Een andere transactie kwam ervoor in de plaats, en de betaling is niet binnengekomen. Je kunt opnieuw betalen zolang deze prijs geldt.
replaced-expired-words = Een andere transactie kwam ervoor in de plaats, en er is niets binnengekomen. Stuur nu niets naar dit adres.
invalid = Betaling ongeldig
invalid-marked-words = De winkel heeft de betaling ongeldig verklaard. Neem contact op met de winkel voordat je opnieuw betaalt.
invalid-unconfirmed-words = De betaling is niet door het netwerk bevestigd. Neem contact op met de winkel voordat je opnieuw betaalt.
invalid-lost-words = Een andere transactie heeft dezelfde bitcoin uitgegeven, en deze betaling is vervallen. Neem contact op met de winkel voordat je opnieuw betaalt.
behind-words = Deze server loopt nog achter op de blockchain. Je kunt nu betalen; de betaling verschijnt hier iets later dan normaal.
behind-paid-words = Deze server loopt nog achter op de blockchain: bevestigingen verschijnen hier iets later dan normaal.

## After expiry

renew-price = Nieuwe prijs ophalen
renew-price-words = Je bestelling blijft staan. Het bedrag in bitcoin volgt de koers van vandaag.
renew-time = Tijd verlengen
renew-time-words = Stuur daarna de rest, tegen dezelfde koers.

## What to pay

label-to-pay = Te betalen
label-still = Nog te betalen
label-top-up = Opwaarderen
label-payment-of = Betaling van
label-paid = Betaald
label-asked = Gevraagd bedrag
any-amount = Bedrag naar keuze
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = vastgesteld door de winkel
rate-practice = testkoers
pay = Betalen
wallet = Openen in wallet
hold = Deze prijs geldt nog
hold-top-up = Betalen kan nog
left-seconds = minder dan een minuut
left-minutes =
    { $n ->
        [one] 1 minuut
       *[other] { $n } minuten
    }
left-hours =
    { $n ->
        [one] 1 uur
       *[other] { $n } uur
    }
say-minutes =
    { $n ->
        [one] Nog 1 minuut
       *[other] Nog { $n } minuten
    }
qr-label = QR-code: betaal { $amount } BTC aan { $address }
qr-label-any = QR-code: betaal een bedrag naar keuze aan { $address }
qr-plain = QR-code met alleen het adres
qr-plain-words = Voor cryptobeurzen en andere apps die niets anders lezen. Vul het bedrag zelf in.
qr-plain-label = QR-code: het adres { $address }
address = Bitcoinadres
keys = Sneltoetsen
keys-words = “c” kopieert het adres, “a” het bedrag.

## Details and receipt

details = Details
receipt = Bon
receipt-of = Bon · { $shop }
receipt-open = Bon om te bewaren
receipt-print = Afdrukken
receipt-back = Terug naar de betaling
receipt-pending = De betaling is gezien en nog niet bevestigd.
receipt-here = Deze bon vind je hier terug:
receipt-qr = QR-code: het webadres van deze bon
fact-shop = Winkel
fact-for = Betreft
fact-order = Bestelling
fact-price = Prijs
fact-tax = Waarvan belasting
fact-rate = Koers
fact-rate-time = Koers van
fact-due = Factuurbedrag
fact-received = Ontvangen
fact-over = Te veel betaald
fact-expires = Prijs geldig tot
fact-expired = Prijs was geldig tot
fact-invoice = Factuur
fact-transaction = Transactie
fact-lost = Vervallen transactie
fact-status = Status
fact-enough = Er is iets minder binnengekomen dan gevraagd; de winkel accepteert het als het volledige bedrag.

## A refund

refund-title = Terugbetaling · { $shop }
refund = Terugbetaling
refund-asked = vastgesteld op { $price } { $currency }
refund-where = { $shop } betaalt je dit bedrag terug. Waar moet het naartoe?
refund-address = Je bitcoinadres
refund-address-hint = Te vinden onder “Ontvangen” in je wallet. Niet het adres waaraan je hebt betaald, en geen adres van een cryptobeurs die je niet meer gebruikt.
refund-continue = Doorgaan
refund-until = Deze link is geldig tot
refund-confirm = Is dit jouw adres?
refund-confirm-words = Vergelijk de eerste en de laatste groepjes tekens met je wallet. Wat verstuurd is, kan niet worden teruggehaald.
refund-yes = Ja, stuur het daarheen
refund-no = Nee, wijzigen
refund-late = Deze link is verlopen
refund-late-words = Vraag de winkel om een nieuwe. Je geld ben je daardoor niet kwijt.
refund-known = De winkel heeft je adres
refund-known-words = De winkel verstuurt de terugbetaling vanuit de eigen wallet. Op deze pagina zie je wanneer die onderweg is.
refund-sent = De terugbetaling is onderweg
refund-sent-words = De transactie wacht op opname in een blok.
refund-paid = Terugbetaald
refund-paid-words = De transactie staat in een blok.
refund-cancelled = De winkel heeft deze terugbetaling geannuleerd
refund-cancelled-words = Er wordt niets verstuurd. Vraag de winkel naar de reden.
refund-failed = De terugbetaling is niet doorgegaan
refund-failed-words = De transactie van de winkel is vervallen. Vraag de winkel om een nieuwe.
refund-to = Naar
refund-bad-address = Dit is geen bitcoinadres. Kopieer het nog een keer in zijn geheel uit je wallet.
refund-other-network = Dit adres hoort bij een ander netwerk: testadressen en echte adressen zijn niet uitwisselbaar.
refund-unknown = Deze terugbetaling bestaat niet
refund-unknown-words = Misschien is de link niet compleet, of heeft de winkel een nieuwe gemaakt. Vraag het de winkel.

## What goes wrong

no-invoice = Deze factuur bestaat niet
no-invoice-words = Misschien is de link niet compleet. Ga terug naar de winkel en probeer het opnieuw.
not-now = Nu even niet beschikbaar
not-now-words = Deze server heeft een probleem. Kijk over een minuut nog eens.
too-many = Te veel pogingen
too-many-words = Wacht een minuut.

## Going on: a new price, more time, or an address

go-on-refused = Deze factuur kan niet verder
go-on-refused-words = Er is geen nieuwe prijs en geen extra tijd meer voor mogelijk. Ga terug naar de winkel; heb je iets gestuurd, neem dan contact op met de winkel.
go-on-no-rate = Nu even geen prijs
go-on-no-rate-words = De koers is op dit moment niet bekend, dus er is niets veranderd. Probeer het over een paar minuten opnieuw.
go-on-moment = Een ogenblik
go-on-moment-words = Er wordt nog nagegaan of er op tijd iets is binnengekomen. Probeer het zo meteen opnieuw.
go-on-back = Terug naar de factuur

## The pay button

button-title = Deze betaling kan niet worden gestart
button-no-store = De winkel bij deze betaalknop is niet gevonden. Laat het de winkel weten.
button-not-enabled = Deze winkel neemt via deze betaalknop geen betalingen aan. Laat het de winkel weten.
button-changed = Deze betaalknop is gewijzigd, of de winkel heeft hem ingetrokken. Ga terug naar de winkel, laad de pagina daar opnieuw en probeer het nog een keer.
button-price = Het bedrag moet een getal groter dan nul zijn. Ga terug en vul een ander bedrag in.
button-wrong = Deze betaalknop is niet goed ingesteld. Laat het de winkel weten.
button-not-now = De winkel kan op dit moment geen betaling aannemen. Probeer het later opnieuw.
button-too-many = Er zijn te veel betalingen gestart. Wacht een minuut en probeer het opnieuw.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Oefenen
play-words = Laat alles met deze betaling gebeuren. Er gaan geen echte bitcoins om.
play-pay = Betalen
play-pay-words = Betaalt wat er nog ontbreekt.
play-underpay = Te weinig betalen
play-underpay-words = Betaalt de helft van wat er nog ontbreekt.
play-overpay = Te veel betalen
play-overpay-words = Betaalt anderhalf keer zoveel.
play-late = Te laat betalen
play-late-words = Beëindigt de betaaltijd en betaalt dan.
play-replace = Kosten verhogen
play-replace-words = Verstuurt dezelfde betaling opnieuw met hogere kosten: de eerste is weg, de tweede telt.
play-double-spend = Dubbel uitgeven
play-double-spend-words = Geeft hetzelfde geld elders uit: wat op zijn eerste blok wacht, is weg.
play-mine = Blok maken
play-mine-words = Eén bevestiging erbij.
play-reorg = Herordenen
play-reorg-words = Andere blokken vervangen die sinds de betaling: zij wacht weer op een blok.
play-vanish = Herordenen en verliezen
play-vanish-words = Hetzelfde, en het geld wordt elders uitgegeven: de betaling is weg.
play-expire = Laten verlopen
play-expire-words = De betaaltijd is nu voorbij.
play-refused = Dit heeft nu geen zin
play-refused-words = De betaling is veranderd sinds de pagina werd geopend. Ga terug en kijk hoe zij ervoor staat.

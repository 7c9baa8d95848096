# German: the buyers' pages, translated from en.ftl.

## Every page

page-live = Diese Seite aktualisiert sich von selbst.
page-refresh = Jetzt aktualisieren
page-offline = Verbindung unterbrochen. Neuer Versuch …
page-language = Sprache
page-language-change = Ändern
page-practice = Testshop
page-practice-words = keine echten Bitcoin
page-close = Schließen
copy = Kopieren
copied = Kopiert
copy-amount = Betrag kopieren
copy-address = Adresse kopieren
order-number = Bestellung { $number }
leave = Zurück zum Shop
leave-soon = Sie werden zum Shop zurückgeleitet.
leave-stay = Hier bleiben

## How an invoice stands: a title, and what it means

open-title = Ihre Bestellung
open-words = Gehen Sie weiter, wenn Sie zahlen möchten: Sie erhalten dann eine Adresse, die nur für Ihre Zahlung bestimmt ist.
open = Weiter zur Zahlung
waiting = Warten auf die Zahlung
partial = Bitte noch { $amount } BTC senden
partial-words = { $received } BTC sind eingegangen.
seen = Zahlung erkannt
seen-words =
    { $needed ->
        [one] Die Zahlung ist unterwegs: 0 von 1 Bestätigung. Sie können diese Seite schließen, der Shop sieht die Zahlung.
       *[other] Die Zahlung ist unterwegs: 0 von { $needed } Bestätigungen. Sie können diese Seite schließen, der Shop sieht die Zahlung.
    }
confirming = Wird bestätigt
confirming-words =
    { $needed ->
        [one] { $reached } von 1 Bestätigung. Sie können diese Seite schließen, der Shop sieht die Zahlung.
       *[other] { $reached } von { $needed } Bestätigungen. Sie können diese Seite schließen, der Shop sieht die Zahlung.
    }
paid = Bezahlt
paid-words = Die Zahlung ist bestätigt. Vielen Dank.
complete = Zahlung abgeschlossen
complete-words = Die Zahlung ist endgültig. Vielen Dank.
free = Nichts zu zahlen
free-words = Diese Bestellung kostet nichts. Sie ist abgeschlossen.
accepted-words = Der Shop hat diese Bestellung als bezahlt angenommen. Vielen Dank.
over = Bezahlt, mehr als verlangt
over-words = Sie haben { $amount } BTC mehr gesendet als verlangt. Der Shop sieht das und kann den Betrag zurücksenden: Bitte wenden Sie sich an ihn.
expired = Dieser Preis gilt nicht mehr
expired-words = Bitte senden Sie jetzt nichts. Es ist nichts eingegangen.
expired-shop = Einen neuen Preis erhalten Sie im Shop.
expired-partial-words = Bitte senden Sie jetzt nichts. { $received } BTC sind eingegangen, das war zu wenig.
expired-partial-shop = Bitte wenden Sie sich an den Shop.
expired-behind-words = Bitte senden Sie jetzt nichts. Bisher ist keine Zahlung zu sehen, aber dieser Server ist noch nicht auf dem neuesten Stand der Blockchain.
late = Zahlung nach Ablauf eingegangen
late-words = Der Shop sieht die Zahlung und entscheidet, wie es weitergeht. Bitte zahlen Sie nicht noch einmal.
replaced = Ihre Zahlung wurde ersetzt
replaced-words = Eine andere Transaktion ist an ihre Stelle getreten, die Zahlung ist nicht eingegangen. Sie können noch einmal zahlen, solange dieser Preis gilt.
replaced-expired-words = Eine andere Transaktion ist an ihre Stelle getreten, es ist nichts eingegangen. Bitte senden Sie jetzt nichts an diese Adresse.
invalid = Zahlung ungültig
invalid-marked-words = Der Shop hat sie für ungültig erklärt. Bitte wenden Sie sich an den Shop, bevor Sie noch einmal zahlen.
invalid-unconfirmed-words = Sie wurde vom Netzwerk nicht bestätigt. Bitte wenden Sie sich an den Shop, bevor Sie noch einmal zahlen.
invalid-lost-words = Eine andere Transaktion hat dieselben Bitcoin ausgegeben, diese Zahlung ist damit hinfällig. Bitte wenden Sie sich an den Shop, bevor Sie noch einmal zahlen.
behind-words = Dieser Server ist noch nicht auf dem neuesten Stand der Blockchain. Sie können jetzt zahlen; die Zahlung erscheint hier etwas später als sonst.
behind-paid-words = Dieser Server ist noch nicht auf dem neuesten Stand der Blockchain: Bestätigungen erscheinen hier etwas später als sonst.

## After expiry

renew-price = Neuen Preis anfordern
renew-price-words = Ihre Bestellung bleibt erhalten. Der Betrag in Bitcoin richtet sich nach dem heutigen Kurs.
renew-time = Mehr Zeit anfordern
renew-time-words = Danach senden Sie den Rest, zum selben Kurs.

## What to pay

label-to-pay = Zu zahlen
label-still = Noch zu zahlen
label-top-up = Aufladung
label-payment-of = Zahlung über
label-paid = Bezahlt
label-asked = War zu zahlen
any-amount = Beliebiger Betrag
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = vom Shop festgelegt
rate-practice = Testkurs
pay = Bezahlen
wallet = In Wallet öffnen
hold = Dieser Preis gilt noch
hold-top-up = Einzahlen können Sie noch
left-seconds = weniger als eine Minute
left-minutes =
    { $n ->
        [one] 1 Minute
       *[other] { $n } Minuten
    }
left-hours =
    { $n ->
        [one] 1 Stunde
       *[other] { $n } Stunden
    }
say-minutes =
    { $n ->
        [one] Noch 1 Minute
       *[other] Noch { $n } Minuten
    }
qr-label = QR-Code: { $amount } BTC an { $address } zahlen
qr-label-any = QR-Code: einen beliebigen Betrag an { $address } zahlen
qr-plain = QR-Code nur mit der Adresse
qr-plain-words = Für Börsen und andere Apps, die nichts anderes lesen. Den Betrag geben Sie dann selbst ein.
qr-plain-label = QR-Code: die Adresse { $address }
address = Bitcoin-Adresse
keys = Tastenkürzel
keys-words = „c“ kopiert die Adresse, „a“ den Betrag.

## Details and receipt

details = Details
receipt = Beleg
receipt-of = Beleg · { $shop }
receipt-open = Beleg zum Aufbewahren
receipt-print = Drucken
receipt-back = Zurück zur Zahlung
receipt-pending = Die Zahlung wurde erkannt und ist noch nicht bestätigt.
receipt-here = Diesen Beleg finden Sie hier:
receipt-qr = QR-Code: die Internetadresse dieses Belegs
fact-shop = Shop
fact-for = Für
fact-order = Bestellung
fact-price = Preis
fact-tax = Enthaltene Steuer
fact-rate = Kurs
fact-rate-time = Kurs vom
fact-due = Rechnungsbetrag
fact-received = Eingegangen
fact-over = Zu viel gezahlt
fact-expires = Preis gilt bis
fact-expired = Preis galt bis
fact-invoice = Rechnung
fact-transaction = Transaktion
fact-lost = Hinfällige Transaktion
fact-status = Status
fact-enough = Es ist etwas weniger als verlangt eingegangen; der Shop nimmt es als vollen Betrag an.

## A refund

refund-title = Erstattung · { $shop }
refund = Erstattung
refund-asked = angesetzt mit { $price } { $currency }
refund-where = { $shop } zahlt Ihnen diesen Betrag zurück. Wohin soll er gehen?
refund-address = Ihre Bitcoin-Adresse
refund-address-hint = Zu finden unter „Empfangen“ in Ihrer Wallet. Nicht die Adresse, an die Sie gezahlt haben, und keine bei einer Börse, die Sie nicht mehr nutzen.
refund-continue = Weiter
refund-until = Dieser Link gilt bis
refund-confirm = Ist das Ihre Adresse?
refund-confirm-words = Vergleichen Sie die ersten und die letzten Zeichengruppen mit Ihrer Wallet. Was gesendet ist, lässt sich nicht zurückholen.
refund-yes = Ja, dorthin senden
refund-no = Nein, ändern
refund-late = Dieser Link ist abgelaufen
refund-late-words = Bitten Sie den Shop um einen neuen. Ihr Geld ist dadurch nicht verloren.
refund-known = Der Shop hat Ihre Adresse
refund-known-words = Der Shop sendet die Erstattung aus seiner eigenen Wallet. Diese Seite zeigt an, wenn sie unterwegs ist.
refund-sent = Die Erstattung ist unterwegs
refund-sent-words = Die Transaktion wartet auf die Aufnahme in einen Block.
refund-paid = Erstattet
refund-paid-words = Die Transaktion ist in einem Block.
refund-cancelled = Der Shop hat diese Erstattung storniert
refund-cancelled-words = Es wird nichts gesendet. Bitte fragen Sie den Shop nach dem Grund.
refund-failed = Die Erstattung kam nicht zustande
refund-failed-words = Die Transaktion des Shops ist hinfällig geworden. Bitten Sie den Shop um eine neue.
refund-to = An
refund-bad-address = Das ist keine Bitcoin-Adresse. Bitte kopieren Sie sie noch einmal vollständig aus Ihrer Wallet.
refund-other-network = Diese Adresse gehört zu einem anderen Netzwerk: Testadressen und echte Adressen sind nicht austauschbar.
refund-unknown = Diese Erstattung gibt es nicht
refund-unknown-words = Vielleicht ist der Link unvollständig, oder der Shop hat einen neuen erstellt. Bitte fragen Sie den Shop.

## What goes wrong

no-invoice = Diese Rechnung gibt es nicht
no-invoice-words = Vielleicht ist der Link unvollständig. Bitte gehen Sie zurück zum Shop und versuchen Sie es noch einmal.
not-now = Zurzeit nicht verfügbar
not-now-words = Dieser Server hat ein Problem. Bitte sehen Sie in einer Minute noch einmal nach.
too-many = Zu viele Versuche
too-many-words = Bitte warten Sie eine Minute.

## Going on: a new price, more time, or an address

go-on-refused = Diese Rechnung kann nicht fortgesetzt werden
go-on-refused-words = Für sie gibt es keinen neuen Preis und keine zusätzliche Zeit mehr. Bitte gehen Sie zurück zum Shop; wenn Sie etwas gesendet haben, wenden Sie sich bitte an ihn.
go-on-no-rate = Zurzeit kein Preis verfügbar
go-on-no-rate-words = Der Kurs ist gerade nicht bekannt, deshalb hat sich nichts geändert. Bitte versuchen Sie es in einigen Minuten noch einmal.
go-on-moment = Einen Moment bitte
go-on-moment-words = Es wird noch geprüft, ob rechtzeitig etwas eingegangen ist. Bitte versuchen Sie es gleich noch einmal.
go-on-back = Zurück zur Rechnung

## The pay button

button-title = Diese Zahlung kann nicht gestartet werden
button-no-store = Der Shop zu diesem Bezahlknopf wurde nicht gefunden. Bitte geben Sie dem Shop Bescheid.
button-not-enabled = Dieser Shop nimmt über diesen Bezahlknopf keine Zahlungen an. Bitte geben Sie dem Shop Bescheid.
button-changed = Dieser Bezahlknopf wurde verändert, oder der Shop hat ihn zurückgezogen. Bitte gehen Sie zurück zum Shop, laden Sie die Seite dort neu und versuchen Sie es noch einmal.
button-price = Der Betrag muss eine Zahl größer als null sein. Bitte gehen Sie zurück und geben Sie einen anderen Betrag ein.
button-wrong = Dieser Bezahlknopf ist nicht richtig eingerichtet. Bitte geben Sie dem Shop Bescheid.
button-not-now = Der Shop kann zurzeit keine Zahlung annehmen. Bitte versuchen Sie es später noch einmal.
button-too-many = Es wurden zu viele Zahlungen gestartet. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Üben
play-words = Lassen Sie mit dieser Zahlung alles geschehen. Es fließen keine echten Bitcoin.
play-pay = Bezahlen
play-pay-words = Bezahlt, was noch fehlt.
play-underpay = Zu wenig bezahlen
play-underpay-words = Bezahlt die Hälfte von dem, was noch fehlt.
play-overpay = Zu viel bezahlen
play-overpay-words = Bezahlt anderthalbmal so viel.
play-late = Zu spät bezahlen
play-late-words = Beendet die Zeit zum Bezahlen und bezahlt dann.
play-replace = Gebühr erhöhen
play-replace-words = Sendet dieselbe Zahlung noch einmal mit höherer Gebühr: Die erste ist weg, die zweite zählt.
play-double-spend = Doppelt ausgeben
play-double-spend-words = Gibt dasselbe Geld anderswo aus: Was auf seinen ersten Block wartet, ist weg.
play-mine = Block erzeugen
play-mine-words = Eine Bestätigung mehr.
play-reorg = Umordnen
play-reorg-words = Andere Blöcke ersetzen die seit der Zahlung: Sie wartet wieder auf einen Block.
play-vanish = Umordnen und verlieren
play-vanish-words = Dasselbe, und das Geld wird anderswo ausgegeben: Die Zahlung ist weg.
play-expire = Ablaufen lassen
play-expire-words = Die Zeit zum Bezahlen ist jetzt vorbei.
play-refused = Das ergibt jetzt keinen Sinn
play-refused-words = Die Zahlung hat sich geändert, seit die Seite geöffnet wurde. Gehen Sie zurück und sehen Sie nach, wie sie steht.

# Polish: the buyers' pages, translated from en.ftl.

## Every page

page-live = Ta strona odświeża się sama.
page-refresh = Odśwież teraz
page-offline = Utracono połączenie. Ponawianie próby…
page-language = Język
page-language-change = Zmień
page-practice = Sklep testowy
page-practice-words = bez prawdziwych bitcoinów
page-close = Zamknij
copy = Kopiuj
copied = Skopiowano
copy-amount = Kopiuj kwotę
copy-address = Kopiuj adres
order-number = Zamówienie { $number }
leave = Powrót do sklepu
leave-soon = Za chwilę nastąpi powrót do sklepu.
leave-stay = Zostań tutaj

## How an invoice stands: a title, and what it means

open-title = Zamówienie
open-words = Prosimy przejść dalej, gdy pora zapłacić: pojawi się wtedy adres przeznaczony wyłącznie do tej płatności.
open = Przejdź do płatności
waiting = Oczekiwanie na płatność
partial = Prosimy dopłacić { $amount } BTC
partial-words = Wpłynęło { $received } BTC.
seen = Wykryto płatność
seen-words =
    { $needed ->
        [one] Płatność jest w drodze: 0 z 1 potwierdzenia. Tę stronę można zamknąć, sklep widzi płatność.
        [few] Płatność jest w drodze: 0 z { $needed } potwierdzeń. Tę stronę można zamknąć, sklep widzi płatność.
        [many] Płatność jest w drodze: 0 z { $needed } potwierdzeń. Tę stronę można zamknąć, sklep widzi płatność.
       *[other] Płatność jest w drodze: 0 z { $needed } potwierdzenia. Tę stronę można zamknąć, sklep widzi płatność.
    }
confirming = Trwa potwierdzanie
confirming-words =
    { $needed ->
        [one] { $reached } z 1 potwierdzenia. Tę stronę można zamknąć, sklep widzi płatność.
        [few] { $reached } z { $needed } potwierdzeń. Tę stronę można zamknąć, sklep widzi płatność.
        [many] { $reached } z { $needed } potwierdzeń. Tę stronę można zamknąć, sklep widzi płatność.
       *[other] { $reached } z { $needed } potwierdzenia. Tę stronę można zamknąć, sklep widzi płatność.
    }
paid = Zapłacono
paid-words = Płatność jest potwierdzona. Dziękujemy.
complete = Płatność zakończona
complete-words = Płatność jest ostateczna. Dziękujemy.
free = Nic do zapłaty
free-words = To zamówienie nic nie kosztuje. Jest sfinalizowane.
accepted-words = Sklep uznał to zamówienie za opłacone. Dziękujemy.
over = Zapłacono z nadpłatą
over-words = Wysłano o { $amount } BTC więcej, niż było do zapłaty. Sklep to widzi i może odesłać nadpłatę: prosimy o kontakt ze sklepem.
expired = Ta cena straciła ważność
expired-words = Prosimy nic nie wysyłać. Żadna wpłata nie dotarła.
expired-shop = Nową cenę można uzyskać po powrocie do sklepu.
expired-partial-words = Prosimy nic nie wysyłać. Wpłynęło { $received } BTC, a to było za mało.
expired-partial-shop = Prosimy o kontakt ze sklepem.
expired-behind-words = Prosimy nic nie wysyłać. Na razie nie widać żadnej wpłaty, ale ten serwer wciąż synchronizuje się z blockchainem.
late = Płatność dotarła po terminie
late-words = Sklep ją widzi i zdecyduje, co dalej. Prosimy nie płacić ponownie.
replaced = Płatność została zastąpiona
replaced-words = Jej miejsce zajęła inna transakcja, a płatność nie dotarła. Można zapłacić ponownie, dopóki ta cena jest ważna.
replaced-expired-words = Jej miejsce zajęła inna transakcja i nic nie wpłynęło. Prosimy teraz nic nie wysyłać na ten adres.
invalid = Płatność nieważna
invalid-marked-words = Sklep uznał ją za nieważną. Przed ponowną płatnością prosimy o kontakt ze sklepem.
invalid-unconfirmed-words = Sieć jej nie potwierdziła. Przed ponowną płatnością prosimy o kontakt ze sklepem.
invalid-lost-words = Inna transakcja wydała te same bitcoiny i ta płatność już nie dotrze. Przed ponowną płatnością prosimy o kontakt ze sklepem.
behind-words = Ten serwer wciąż synchronizuje się z blockchainem. Można już płacić; płatność pojawi się tu nieco później niż zwykle.
behind-paid-words = Ten serwer wciąż synchronizuje się z blockchainem: potwierdzenia pojawiają się tu nieco później niż zwykle.

## After expiry

renew-price = Uzyskaj nową cenę
renew-price-words = Zamówienie pozostaje zachowane. Kwota w bitcoinach zależy od dzisiejszego kursu.
renew-time = Przedłuż czas
renew-time-words = Potem prosimy dosłać resztę, po tym samym kursie.

## What to pay

label-to-pay = Do zapłaty
label-still = Pozostało do zapłaty
label-top-up = Doładowanie
label-payment-of = Płatność na kwotę
label-paid = Zapłacono
label-asked = Było do zapłaty
any-amount = Dowolna kwota
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = ustalony przez sklep
rate-practice = kurs testowy
pay = Płatność
wallet = Otwórz w portfelu
hold = Cena ważna jeszcze:
hold-top-up = Pozostały czas na wpłatę:
left-seconds = mniej niż minuta
left-minutes =
    { $n ->
        [one] 1 minuta
        [few] { $n } minuty
        [many] { $n } minut
       *[other] { $n } minuty
    }
left-hours =
    { $n ->
        [one] 1 godzina
        [few] { $n } godziny
        [many] { $n } godzin
       *[other] { $n } godziny
    }
say-minutes =
    { $n ->
        [one] Została 1 minuta
        [few] Zostały { $n } minuty
        [many] Zostało { $n } minut
       *[other] Zostało { $n } minuty
    }
qr-label = Kod QR: wpłata { $amount } BTC na adres { $address }
qr-label-any = Kod QR: wpłata dowolnej kwoty na adres { $address }
qr-plain = Kod QR z samym adresem
qr-plain-words = Dla giełd i innych aplikacji, które nie odczytują niczego więcej. Kwotę trzeba wpisać samodzielnie.
qr-plain-label = Kod QR: adres { $address }
address = Adres bitcoin
keys = Skróty klawiszowe
keys-words = „c” kopiuje adres, „a” – kwotę.

## Details and receipt

details = Szczegóły
receipt = Pokwitowanie
receipt-of = Pokwitowanie · { $shop }
receipt-open = Pokwitowanie do zachowania
receipt-print = Drukuj
receipt-back = Powrót do płatności
receipt-pending = Płatność została wykryta i nie jest jeszcze potwierdzona.
receipt-here = To pokwitowanie znajduje się tutaj:
receipt-qr = Kod QR: adres internetowy tego pokwitowania
fact-shop = Sklep
fact-for = Za co
fact-order = Zamówienie
fact-price = Cena
fact-tax = W tym podatek
fact-rate = Kurs
fact-rate-time = Kurs z dnia
fact-due = Kwota do zapłaty
fact-received = Wpłynęło
fact-over = Nadpłata
fact-expires = Cena ważna do
fact-expired = Cena była ważna do
fact-invoice = Faktura
fact-transaction = Transakcja
fact-lost = Niedoszła transakcja
fact-status = Status
fact-enough = Wpłynęło nieco mniej, niż było do zapłaty; sklep uznaje to za pełną kwotę.

## A refund

refund-title = Zwrot pieniędzy · { $shop }
refund = Zwrot pieniędzy
refund-asked = ustalono na { $price } { $currency }
refund-where = { $shop } zwraca tę kwotę. Dokąd ją wysłać?
refund-address = Adres bitcoin do zwrotu
refund-address-hint = Jest w portfelu pod „Odbierz”. Nie może to być adres, na który wysłano płatność, ani adres na giełdzie, z której już się nie korzysta.
refund-continue = Dalej
refund-until = Link jest ważny do:
refund-confirm = Czy to właściwy adres?
refund-confirm-words = Prosimy porównać pierwsze i ostatnie grupy znaków z adresem w portfelu. Tego, co zostało wysłane, nie można cofnąć.
refund-yes = Tak, wyślij tam
refund-no = Nie, zmień adres
refund-late = Ten link stracił ważność
refund-late-words = Prosimy zwrócić się do sklepu o nowy: pieniądze przez to nie przepadły.
refund-known = Sklep ma adres do zwrotu
refund-known-words = Sklep wysyła zwrot z własnego portfela. Gdy będzie w drodze, pojawi się tu informacja.
refund-sent = Zwrot jest w drodze
refund-sent-words = Transakcja czeka na włączenie do bloku.
refund-paid = Zwrócono
refund-paid-words = Transakcja jest w bloku.
refund-cancelled = Sklep anulował ten zwrot
refund-cancelled-words = Nic nie zostanie wysłane. O powód prosimy zapytać sklep.
refund-failed = Zwrot nie doszedł do skutku
refund-failed-words = Transakcja sklepu straciła ważność. Prosimy zwrócić się do sklepu o nową.
refund-to = Na adres
refund-bad-address = To nie jest adres bitcoin. Prosimy jeszcze raz skopiować go w całości z portfela.
refund-other-network = Ten adres należy do innej sieci: adresów testowych i prawdziwych nie można stosować zamiennie.
refund-unknown = Nie ma takiego zwrotu
refund-unknown-words = Link może być niepełny albo sklep utworzył nowy. Prosimy zapytać w sklepie.

## What goes wrong

no-invoice = Nie ma takiej faktury
no-invoice-words = Link może być niepełny. Prosimy wrócić do sklepu i spróbować ponownie.
not-now = Chwilowo niedostępne
not-now-words = Na tym serwerze wystąpił problem. Prosimy zajrzeć ponownie za minutę.
too-many = Zbyt wiele prób
too-many-words = Prosimy odczekać minutę.

## Going on: a new price, more time, or an address

go-on-refused = Tej faktury nie można kontynuować
go-on-refused-words = Nie można już uzyskać dla niej nowej ceny ani przedłużyć czasu. Prosimy wrócić do sklepu, a jeśli coś zostało wysłane – skontaktować się z nim.
go-on-no-rate = Chwilowo brak ceny
go-on-no-rate-words = Kurs nie jest w tej chwili znany, więc nic się nie zmieniło. Prosimy spróbować ponownie za kilka minut.
go-on-moment = Jeszcze chwila
go-on-moment-words = Trwa sprawdzanie, czy coś wpłynęło w terminie. Prosimy za chwilę spróbować ponownie.
go-on-back = Powrót do faktury

## The pay button

button-title = Nie można rozpocząć tej płatności
button-no-store = Nie znaleziono sklepu przypisanego do tego przycisku płatności. Prosimy powiadomić sklep.
button-not-enabled = Ten sklep nie przyjmuje płatności przez ten przycisk. Prosimy powiadomić sklep.
button-changed = Ten przycisk płatności został zmieniony albo sklep go wycofał. Prosimy wrócić do sklepu, ponownie wczytać stronę i spróbować jeszcze raz.
button-price = Kwota musi być liczbą większą od zera. Prosimy wrócić i wpisać inną.
button-wrong = Ten przycisk płatności jest źle skonfigurowany. Prosimy powiadomić sklep.
button-not-now = Sklep nie może w tej chwili przyjąć płatności. Prosimy spróbować ponownie później.
button-too-many = Rozpoczęto zbyt wiele płatności. Prosimy odczekać minutę i spróbować ponownie.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Ćwiczenia
play-words = Spraw, by z tą płatnością stało się cokolwiek. Żaden prawdziwy bitcoin się nie rusza.
play-pay = Zapłać
play-pay-words = Płaci to, czego brakuje.
play-underpay = Zapłać za mało
play-underpay-words = Płaci połowę tego, czego brakuje.
play-overpay = Zapłać za dużo
play-overpay-words = Płaci półtora raza tyle.
play-late = Zapłać po czasie
play-late-words = Kończy czas na zapłatę, a potem płaci.
play-replace = Podnieś opłatę
play-replace-words = Wysyła tę samą płatność z wyższą opłatą: pierwsza znika, druga się liczy.
play-double-spend = Podwójne wydanie
play-double-spend-words = Wydaje te same środki gdzie indziej: to, co czeka na pierwszy blok, znika.
play-mine = Wykop blok
play-mine-words = O jedno potwierdzenie więcej.
play-reorg = Reorganizuj
play-reorg-words = Inne bloki zastępują te od czasu płatności: znów czeka na blok.
play-vanish = Reorganizuj i utrać
play-vanish-words = To samo, a środki zostają wydane gdzie indziej: płatność znika.
play-expire = Zakończ czas
play-expire-words = Czas na zapłatę właśnie się kończy.
play-refused = To nie ma teraz sensu
play-refused-words = Płatność zmieniła się od otwarcia strony. Wróć i sprawdź, jak wygląda.

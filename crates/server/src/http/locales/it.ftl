# Italian.

## Every page

page-live = Questa pagina si aggiorna da sola.
page-refresh = Aggiorna ora
page-offline = Connessione persa. Nuovo tentativo in corso…
page-language = Lingua
page-language-change = Cambia
page-practice = Negozio di prova
page-practice-words = nessun bitcoin reale
page-close = Chiudi
copy = Copia
copied = Copiato
copy-amount = Copia l’importo
copy-address = Copia l’indirizzo
order-number = Ordine { $number }
leave = Torna al negozio
leave-soon = Ritorno al negozio in corso…
leave-stay = Resta qui

## How an invoice stands: a title, and what it means

open-title = Il suo ordine
open-words = Continuare quando si desidera pagare: verrà assegnato un indirizzo riservato solo a questo ordine.
open = Continua al pagamento
waiting = In attesa del pagamento
partial = Inviare altri { $amount } BTC
partial-words = Sono arrivati { $received } BTC.
seen = Pagamento rilevato
seen-words =
    { $needed ->
        [one] È in arrivo: 0 conferme su 1. Questa pagina si può chiudere: il negozio vede il pagamento.
       *[other] È in arrivo: 0 conferme su { $needed }. Questa pagina si può chiudere: il negozio vede il pagamento.
    }
confirming = Conferma in corso
confirming-words =
    { $needed ->
        [one] Conferme: { $reached } su 1. Questa pagina si può chiudere: il negozio vede il pagamento.
       *[other] Conferme: { $reached } su { $needed }. Questa pagina si può chiudere: il negozio vede il pagamento.
    }
paid = Pagato
paid-words = Il pagamento è confermato. Grazie.
complete = Pagamento completato
complete-words = Il pagamento è definitivo. Grazie.
free = Nulla da pagare
free-words = Questo ordine è gratuito ed è completato.
accepted-words = Il negozio ha accettato questo ordine come pagato. Grazie.
over = Pagato, e più del richiesto
over-words = Sono stati inviati { $amount } BTC in più del richiesto. Il negozio lo vede e può restituire l’eccedenza: si prega di scrivere al negozio.
expired = Questo prezzo è scaduto
expired-words = Si prega di non inviare nulla. Non è arrivato alcun pagamento.
expired-shop = Per avere un nuovo prezzo, tornare al negozio.
expired-partial-words = Si prega di non inviare altro. Sono arrivati { $received } BTC, un importo insufficiente.
expired-partial-shop = Si prega di scrivere al negozio.
expired-behind-words = Si prega di non inviare nulla. Non è stato ancora rilevato alcun pagamento, ma questo server si sta ancora sincronizzando con la blockchain.
late = Pagamento arrivato dopo la scadenza
late-words = Il negozio lo vede e deciderà come procedere. Si prega di non pagare di nuovo.
replaced = Il pagamento è stato sostituito
replaced-words = Un’altra transazione ha preso il suo posto e il pagamento non è arrivato. Si può pagare di nuovo finché questo prezzo è valido.
replaced-expired-words = Un’altra transazione ha preso il suo posto e non è arrivato alcun pagamento. Per ora si prega di non inviare nulla a questo indirizzo.
invalid = Pagamento non valido
invalid-marked-words = Così ha indicato il negozio. Prima di pagare di nuovo, si prega di scrivere al negozio.
invalid-unconfirmed-words = Non è stato confermato dalla rete. Prima di pagare di nuovo, si prega di scrivere al negozio.
invalid-lost-words = Un’altra transazione ha speso le stesse monete e il pagamento è venuto meno. Prima di pagare di nuovo, si prega di scrivere al negozio.
behind-words = Questo server si sta ancora sincronizzando con la blockchain. Si può pagare ora; il pagamento comparirà qui un po’ più tardi del solito.
behind-paid-words = Questo server si sta ancora sincronizzando con la blockchain: le conferme compaiono qui un po’ più tardi del solito.

## After expiry

renew-price = Calcola un nuovo prezzo
renew-price-words = L’ordine viene conservato. L’importo in bitcoin segue il cambio di oggi.
renew-time = Prolunga la scadenza
renew-time-words = Poi si invia il resto, allo stesso cambio.

## What to pay

label-to-pay = Da pagare
label-still = Ancora da pagare
label-top-up = Ricarica
label-payment-of = Pagamento di
label-paid = Pagato
label-asked = Importo richiesto
any-amount = Qualsiasi importo
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = fissato dal negozio
rate-practice = cambio di prova
pay = Paga
wallet = Apri nel wallet
hold = Prezzo valido ancora per
hold-top-up = Si può pagare ancora per
left-seconds = meno di un minuto
left-minutes =
    { $n ->
        [one] 1 minuto
       *[other] { $n } minuti
    }
left-hours =
    { $n ->
        [one] 1 ora
       *[other] { $n } ore
    }
say-minutes =
    { $n ->
        [one] Manca 1 minuto
       *[other] Mancano { $n } minuti
    }
qr-label = Codice QR: pagare { $amount } BTC a { $address }
qr-label-any = Codice QR: pagare un importo qualsiasi a { $address }
qr-plain = Codice con il solo indirizzo
qr-plain-words = Per gli exchange e le altre app che non leggono altro. L’importo va inserito a mano.
qr-plain-label = Codice QR: l’indirizzo { $address }
address = Indirizzo bitcoin
keys = Scorciatoie da tastiera
keys-words = «c» copia l’indirizzo, «a» l’importo.

## Details and receipt

details = Dettagli
receipt = Ricevuta
receipt-of = Ricevuta · { $shop }
receipt-open = Ricevuta da conservare
receipt-print = Stampa
receipt-back = Torna al pagamento
receipt-pending = Il pagamento è stato rilevato e non è ancora confermato.
receipt-here = Questa ricevuta è conservata qui:
receipt-qr = Codice QR: l’indirizzo web di questa ricevuta
fact-shop = Negozio
fact-for = Descrizione
fact-order = Ordine
fact-price = Prezzo
fact-tax = Imposte incluse
fact-rate = Cambio
fact-rate-time = Data del cambio
fact-due = Importo dovuto
fact-received = Ricevuto
fact-over = Eccedenza
fact-expires = Scadenza del prezzo
fact-expired = Prezzo scaduto
fact-invoice = Richiesta di pagamento
fact-transaction = Transazione
fact-lost = Transazione decaduta
fact-status = Stato
fact-enough = È arrivato un po’ meno del richiesto; il negozio lo accetta come pagamento intero.

## A refund

refund-title = Rimborso · { $shop }
refund = Rimborso
refund-asked = importo richiesto: { $price } { $currency }
refund-where = { $shop } le restituisce questo importo. A quale indirizzo va inviato?
refund-address = Il suo indirizzo bitcoin
refund-address-hint = Si trova alla voce «Ricevi» del wallet. Non va bene l’indirizzo a cui si è pagato, né quello di un exchange che non si usa più.
refund-continue = Continua
refund-until = Termine per indicare l’indirizzo:
refund-confirm = È questo il suo indirizzo?
refund-confirm-words = Confrontare i primi e gli ultimi gruppi con quelli mostrati nel wallet. Un invio non si può annullare.
refund-yes = Sì, invia lì
refund-no = No, modifica
refund-late = Questo link è scaduto
refund-late-words = Se ne può chiedere uno nuovo al negozio: il denaro non va perso per questo.
refund-known = Il negozio ha ricevuto l’indirizzo
refund-known-words = Il negozio invia il rimborso dal proprio wallet. Questa pagina indicherà quando è in arrivo.
refund-sent = Il rimborso è in arrivo
refund-sent-words = La transazione attende di entrare in un blocco.
refund-paid = Rimborsato
refund-paid-words = La transazione è in un blocco.
refund-cancelled = Il negozio ha annullato questo rimborso
refund-cancelled-words = Non verrà inviato nulla. Per conoscere il motivo, rivolgersi al negozio.
refund-failed = Il rimborso non è avvenuto
refund-failed-words = La transazione del negozio non è andata a buon fine. Chiedere al negozio un nuovo rimborso.
refund-to = Indirizzo di destinazione
refund-bad-address = Questo non è un indirizzo bitcoin. Copiarlo di nuovo, per intero, dal wallet.
refund-other-network = Questo indirizzo appartiene a un’altra rete: gli indirizzi di prova e quelli reali non si possono mescolare.
refund-unknown = Rimborso non trovato
refund-unknown-words = Il link potrebbe essere incompleto, oppure il negozio ne ha creato un altro. Si prega di chiedere al negozio.

## What goes wrong

no-invoice = Richiesta di pagamento non trovata
no-invoice-words = Il link potrebbe essere incompleto. Si prega di tornare al negozio e riprovare.
not-now = Al momento non è possibile
not-now-words = Questo server ha un problema. Si prega di ricontrollare tra un minuto.
too-many = Troppi tentativi
too-many-words = Si prega di attendere un minuto.

## Going on: a new price, more time, or an address

go-on-refused = Questa richiesta di pagamento non può proseguire
go-on-refused-words = Non è più possibile avere un nuovo prezzo né prolungare la scadenza. Si prega di tornare al negozio; se è stato inviato qualcosa, scrivere al negozio.
go-on-no-rate = Nessun prezzo al momento
go-on-no-rate-words = Al momento il cambio non è noto, quindi non è cambiato nulla. Si prega di riprovare tra qualche minuto.
go-on-moment = Un momento, per favore
go-on-moment-words = Si sta ancora verificando se è arrivato qualcosa in tempo. Si prega di riprovare tra poco.
go-on-back = Torna alla richiesta

## The pay button

button-title = Impossibile avviare questo pagamento
button-no-store = Il negozio di questo pulsante di pagamento non è stato trovato. Si prega di avvisare il negozio.
button-not-enabled = Questo negozio non accetta pagamenti tramite questo pulsante. Si prega di avvisare il negozio.
button-changed = Questo pulsante di pagamento è stato modificato, oppure il negozio lo ha ritirato. Si prega di tornare al negozio, ricaricare la pagina e riprovare.
button-price = L’importo deve essere un numero maggiore di zero. Si prega di tornare indietro e inserirne un altro.
button-wrong = Questo pulsante di pagamento non è configurato correttamente. Si prega di avvisare il negozio.
button-not-now = Al momento il negozio non può accettare pagamenti. Si prega di riprovare più tardi.
button-too-many = Sono stati avviati troppi pagamenti. Si prega di attendere un minuto e riprovare.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Esercitarsi
play-words = Faccia accadere qualsiasi cosa a questo pagamento. Nessun bitcoin reale si muove.
play-pay = Paga
play-pay-words = Paga quanto manca.
play-underpay = Paga troppo poco
play-underpay-words = Paga la metà di quanto manca.
play-overpay = Paga troppo
play-overpay-words = Paga una volta e mezza quanto manca.
play-late = Paga in ritardo
play-late-words = Termina il tempo per pagare, poi paga.
play-replace = Aumenta la commissione
play-replace-words = Invia lo stesso pagamento con una commissione più alta: il primo sparisce, il secondo conta.
play-double-spend = Doppia spesa
play-double-spend-words = Spende gli stessi fondi altrove: ciò che attende il primo blocco sparisce.
play-mine = Estrai un blocco
play-mine-words = Una conferma in più.
play-reorg = Riorganizza
play-reorg-words = Altri blocchi sostituiscono quelli dopo il pagamento: attende di nuovo un blocco.
play-vanish = Riorganizza e perdi
play-vanish-words = Lo stesso, e i fondi sono spesi altrove: il pagamento sparisce.
play-expire = Fai scadere
play-expire-words = Il tempo per pagare finisce ora.
play-refused = Ora non ha senso
play-refused-words = Il pagamento è cambiato da quando la pagina è stata aperta. Torni indietro e guardi come sta.

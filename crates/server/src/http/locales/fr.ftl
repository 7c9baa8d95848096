# French: the buyers' pages, translated from en.ftl.

## Every page

page-live = Cette page se met à jour automatiquement.
page-refresh = Actualiser maintenant
page-offline = Connexion perdue. Nouvelle tentative…
page-language = Langue
page-language-change = Changer
page-practice = Boutique d’essai
page-practice-words = pas de vrais bitcoins
page-close = Fermer
copy = Copier
copied = Copié
copy-amount = Copier le montant
copy-address = Copier l’adresse
order-number = Commande { $number }
leave = Retour à la boutique
leave-soon = Retour automatique à la boutique dans un instant.
leave-stay = Rester ici

## How an invoice stands: a title, and what it means

open-title = Votre commande
open-words = Continuez lorsque vous souhaitez payer : vous obtiendrez une adresse réservée à votre paiement.
open = Passer au paiement
waiting = En attente du paiement
partial = Envoyez encore { $amount } BTC
partial-words = Montant reçu : { $received } BTC.
seen = Paiement détecté
seen-words =
    { $needed ->
        [one] Il est en route : 0 confirmation sur { $needed }. Vous pouvez fermer cette page, la boutique voit le paiement.
       *[other] Il est en route : 0 confirmation sur { $needed }. Vous pouvez fermer cette page, la boutique voit le paiement.
    }
confirming = Confirmation en cours
confirming-words =
    { $needed ->
        [one] Confirmation : { $reached } sur { $needed }. Vous pouvez fermer cette page, la boutique voit le paiement.
       *[other] Confirmations : { $reached } sur { $needed }. Vous pouvez fermer cette page, la boutique voit le paiement.
    }
paid = Payé
paid-words = Le paiement est confirmé. Merci.
complete = Paiement terminé
complete-words = Le paiement est définitif. Merci.
free = Rien à payer
free-words = Cette commande ne coûte rien. Elle est finalisée.
accepted-words = La boutique a accepté cette commande comme payée. Merci.
over = Payé, au-delà du montant demandé
over-words = Vous avez envoyé { $amount } BTC de plus que demandé. La boutique le voit et peut vous renvoyer la différence : veuillez la contacter.
expired = Ce prix a expiré
expired-words = Veuillez ne rien envoyer. Aucun paiement n’est arrivé.
expired-shop = Retournez à la boutique pour obtenir un nouveau prix.
expired-partial-words = Veuillez ne rien envoyer. Montant reçu : { $received } BTC, ce qui était insuffisant.
expired-partial-shop = Veuillez contacter la boutique.
expired-behind-words = Veuillez ne rien envoyer. Aucun paiement n’a été détecté pour l’instant, mais ce serveur n’a pas fini de se synchroniser avec la blockchain.
late = Paiement arrivé après l’expiration
late-words = La boutique le voit et décidera de la suite. Veuillez ne pas payer une seconde fois.
replaced = Votre paiement a été remplacé
replaced-words = Une autre transaction a pris sa place, et le paiement n’est pas arrivé. Vous pouvez payer à nouveau tant que ce prix reste valable.
replaced-expired-words = Une autre transaction a pris sa place, et rien n’est arrivé. Veuillez ne rien envoyer à cette adresse maintenant.
invalid = Paiement non valide
invalid-marked-words = La boutique l’a déclaré non valide. Veuillez la contacter avant de payer à nouveau.
invalid-unconfirmed-words = Il n’a pas été confirmé par le réseau. Veuillez contacter la boutique avant de payer à nouveau.
invalid-lost-words = Une autre transaction a dépensé les mêmes bitcoins, et ce paiement n’aboutira pas. Veuillez contacter la boutique avant de payer à nouveau.
behind-words = Ce serveur n’a pas fini de se synchroniser avec la blockchain. Vous pouvez payer dès maintenant ; le paiement s’affichera ici un peu plus tard que d’habitude.
behind-paid-words = Ce serveur n’a pas fini de se synchroniser avec la blockchain : les confirmations s’affichent ici un peu plus tard que d’habitude.

## After expiry

renew-price = Obtenir un nouveau prix
renew-price-words = Votre commande est conservée. Le montant en bitcoins suit le cours du jour.
renew-time = Prolonger le délai
renew-time-words = Envoyez ensuite le reste, au même cours.

## What to pay

label-to-pay = À payer
label-still = Reste à payer
label-top-up = Recharge
label-payment-of = Paiement de
label-paid = Payé
label-asked = Montant demandé
any-amount = Montant libre
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = fixé par la boutique
rate-practice = cours d’essai
pay = Payer
wallet = Ouvrir le portefeuille
hold = Ce prix reste valable pendant
hold-top-up = Le paiement reste possible pendant
left-seconds = moins d’une minute
left-minutes =
    { $n ->
        [one] { $n } minute
       *[other] { $n } minutes
    }
left-hours =
    { $n ->
        [one] { $n } heure
       *[other] { $n } heures
    }
say-minutes =
    { $n ->
        [one] Il reste { $n } minute
       *[other] Il reste { $n } minutes
    }
qr-label = Code QR : payer { $amount } BTC à l’adresse { $address }
qr-label-any = Code QR : payer un montant libre à l’adresse { $address }
qr-plain = Code QR de l’adresse seule
qr-plain-words = Pour les plateformes d’échange et les autres applications qui ne lisent rien d’autre. Saisissez le montant vous-même.
qr-plain-label = Code QR : l’adresse { $address }
address = Adresse bitcoin
keys = Raccourcis clavier
keys-words = « c » copie l’adresse, « a » le montant.

## Details and receipt

details = Détails
receipt = Reçu
receipt-of = Reçu · { $shop }
receipt-open = Reçu à conserver
receipt-print = Imprimer
receipt-back = Retour au paiement
receipt-pending = Le paiement a été détecté et n’est pas encore confirmé.
receipt-here = Ce reçu est conservé ici :
receipt-qr = Code QR : l’adresse web de ce reçu
fact-shop = Boutique
fact-for = Objet
fact-order = Commande
fact-price = Prix
fact-tax = Dont taxes
fact-rate = Cours
fact-rate-time = Cours relevé le
fact-due = Montant dû
fact-received = Montant reçu
fact-over = Payé en trop
fact-expires = Prix valable jusqu’au
fact-expired = Prix expiré le
fact-invoice = Facture
fact-transaction = Transaction
fact-lost = Transaction non aboutie
fact-status = État
fact-enough = Le montant reçu est légèrement inférieur au montant demandé ; la boutique l’accepte comme complet.

## A refund

refund-title = Remboursement · { $shop }
refund = Remboursement
refund-asked = fixé à { $price } { $currency }
refund-where = { $shop } vous rembourse ce montant. Où faut-il l’envoyer ?
refund-address = Votre adresse bitcoin
refund-address-hint = Elle se trouve dans votre portefeuille, sous « Recevoir ». Ni l’adresse à laquelle vous avez payé, ni celle d’une plateforme d’échange que vous avez quittée.
refund-continue = Continuer
refund-until = Ce lien est valable jusqu’au
refund-confirm = Est-ce bien votre adresse ?
refund-confirm-words = Comparez les premiers et les derniers groupes de caractères avec votre portefeuille. Ce qui est envoyé ne peut pas être récupéré.
refund-yes = Oui, à cette adresse
refund-no = Non, la modifier
refund-late = Ce lien n’est plus valable
refund-late-words = Demandez-en un nouveau à la boutique : votre argent n’est pas perdu pour autant.
refund-known = La boutique a votre adresse
refund-known-words = La boutique envoie le remboursement depuis son propre portefeuille. Cette page vous indiquera quand il sera en route.
refund-sent = Le remboursement est en route
refund-sent-words = La transaction attend d’être incluse dans un bloc.
refund-paid = Remboursé
refund-paid-words = La transaction est dans un bloc.
refund-cancelled = La boutique a annulé ce remboursement
refund-cancelled-words = Rien n’est envoyé. Demandez-en la raison à la boutique.
refund-failed = Le remboursement n’a pas abouti
refund-failed-words = La transaction de la boutique est devenue caduque. Demandez-en une autre à la boutique.
refund-to = Vers l’adresse
refund-bad-address = Ce n’est pas une adresse bitcoin. Copiez-la de nouveau, en entier, depuis votre portefeuille.
refund-other-network = Cette adresse appartient à un autre réseau : les adresses de test et les vraies adresses ne sont pas interchangeables.
refund-unknown = Remboursement introuvable
refund-unknown-words = Le lien est peut-être incomplet, ou la boutique en a créé un autre. Veuillez vous adresser à la boutique.

## What goes wrong

no-invoice = Facture introuvable
no-invoice-words = Le lien est peut-être incomplet. Veuillez retourner à la boutique et réessayer.
not-now = Indisponible pour le moment
not-now-words = Ce serveur rencontre un problème. Veuillez revenir dans une minute.
too-many = Trop de tentatives
too-many-words = Veuillez patienter une minute.

## Going on: a new price, more time, or an address

go-on-refused = Cette facture ne peut pas être renouvelée
go-on-refused-words = Il n’est plus possible d’obtenir un nouveau prix ni de prolonger le délai. Veuillez retourner à la boutique ; si vous avez envoyé des fonds, veuillez la contacter.
go-on-no-rate = Aucun prix pour le moment
go-on-no-rate-words = Le cours n’est pas connu pour l’instant, rien n’a donc changé. Veuillez réessayer dans quelques minutes.
go-on-moment = Un instant, s’il vous plaît
go-on-moment-words = Une vérification est encore en cours pour savoir si un paiement est arrivé à temps. Veuillez réessayer dans un instant.
go-on-back = Retour à la facture

## The pay button

button-title = Ce paiement ne peut pas être lancé
button-no-store = La boutique associée à ce bouton de paiement est introuvable. Veuillez en informer la boutique.
button-not-enabled = Cette boutique n’accepte pas de paiements via ce bouton. Veuillez l’en informer.
button-changed = Ce bouton de paiement a été modifié, ou la boutique l’a retiré. Veuillez retourner à la boutique, recharger la page et réessayer.
button-price = Le montant doit être un nombre supérieur à zéro. Veuillez revenir en arrière et en saisir un autre.
button-wrong = Ce bouton de paiement est mal configuré. Veuillez en informer la boutique.
button-not-now = La boutique ne peut pas recevoir de paiement pour le moment. Veuillez réessayer plus tard.
button-too-many = Trop de paiements ont été lancés. Veuillez patienter une minute et réessayer.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = S’exercer
play-words = Faites arriver ce que vous voulez à ce paiement. Aucun vrai bitcoin ne bouge.
play-pay = Payer
play-pay-words = Paie ce qui manque.
play-underpay = Payer trop peu
play-underpay-words = Paie la moitié de ce qui manque.
play-overpay = Payer trop
play-overpay-words = Paie une fois et demie ce qui manque.
play-late = Payer en retard
play-late-words = Met fin au délai de paiement, puis paie.
play-replace = Augmenter les frais
play-replace-words = Envoie le même paiement avec des frais plus élevés : le premier disparaît, le second compte.
play-double-spend = Double dépense
play-double-spend-words = Dépense les mêmes fonds ailleurs : ce qui attend son premier bloc disparaît.
play-mine = Miner un bloc
play-mine-words = Une confirmation de plus.
play-reorg = Réorganiser
play-reorg-words = D’autres blocs remplacent ceux depuis le paiement : il attend de nouveau un bloc.
play-vanish = Réorganiser et perdre
play-vanish-words = De même, et les fonds sont dépensés ailleurs : le paiement disparaît.
play-expire = Faire expirer
play-expire-words = Le délai de paiement est terminé maintenant.
play-refused = Cela n’a pas de sens maintenant
play-refused-words = Le paiement a changé depuis l’ouverture de la page. Revenez voir où il en est.

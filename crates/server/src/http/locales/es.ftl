# Spanish.

## Every page

page-live = Esta página se actualiza sola.
page-refresh = Actualizar ahora
page-offline = Conexión perdida. Reintentando…
page-language = Idioma
page-language-change = Cambiar
page-practice = Tienda de pruebas
page-practice-words = sin bitcoin real
page-close = Cerrar
copy = Copiar
copied = Copiado
copy-amount = Copiar el importe
copy-address = Copiar la dirección
order-number = Pedido { $number }
leave = Volver a la tienda
leave-soon = Volviendo a la tienda…
leave-stay = Quedarse aquí

## How an invoice stands: a title, and what it means

open-title = Su pedido
open-words = Continúe cuando desee pagar: recibirá una dirección reservada solo para usted.
open = Continuar al pago
waiting = Esperando el pago
partial = Envíe { $amount } BTC más
partial-words = Han llegado { $received } BTC.
seen = Pago detectado
seen-words =
    { $needed ->
        [one] Está en camino: 0 de 1 confirmación. Puede cerrar esta página: la tienda ve el pago.
       *[other] Está en camino: 0 de { $needed } confirmaciones. Puede cerrar esta página: la tienda ve el pago.
    }
confirming = Confirmación en curso
confirming-words =
    { $needed ->
        [one] { $reached } de 1 confirmación. Puede cerrar esta página: la tienda ve el pago.
       *[other] { $reached } de { $needed } confirmaciones. Puede cerrar esta página: la tienda ve el pago.
    }
paid = Pagado
paid-words = El pago está confirmado. Gracias.
complete = Pago completado
complete-words = El pago es definitivo. Gracias.
free = Nada que pagar
free-words = Este pedido es gratuito y está completado.
accepted-words = La tienda ha aceptado este pedido como pagado. Gracias.
over = Pagado, y más de lo solicitado
over-words = Ha enviado { $amount } BTC más de lo solicitado. La tienda lo ve y puede devolver el excedente: por favor, escríbale.
expired = Este precio ha vencido
expired-words = Por favor, no envíe nada. No ha llegado ningún pago.
expired-shop = Vuelva a la tienda para obtener un precio nuevo.
expired-partial-words = Por favor, no envíe nada más. Han llegado { $received } BTC, un importe insuficiente.
expired-partial-shop = Por favor, escriba a la tienda.
expired-behind-words = Por favor, no envíe nada. Aún no se ha detectado ningún pago, pero este servidor todavía se está sincronizando con la cadena de bloques.
late = El pago llegó fuera de plazo
late-words = La tienda lo ve y decidirá qué hacer. Por favor, no vuelva a pagar.
replaced = Su pago fue reemplazado
replaced-words = Otra transacción ocupó su lugar y el pago no llegó. Puede volver a pagar mientras este precio siga vigente.
replaced-expired-words = Otra transacción ocupó su lugar y no ha llegado ningún pago. Por favor, no envíe nada ahora a esta dirección.
invalid = Pago no válido
invalid-marked-words = Así lo ha indicado la tienda. Por favor, escríbale antes de volver a pagar.
invalid-unconfirmed-words = La red no lo confirmó. Por favor, escriba a la tienda antes de volver a pagar.
invalid-lost-words = Otra transacción gastó las mismas monedas y el pago quedó sin efecto. Por favor, escriba a la tienda antes de volver a pagar.
behind-words = Este servidor todavía se está sincronizando con la cadena de bloques. Puede pagar ahora; el pago aparecerá aquí un poco más tarde de lo habitual.
behind-paid-words = Este servidor todavía se está sincronizando con la cadena de bloques: las confirmaciones aparecen aquí un poco más tarde de lo habitual.

## After expiry

renew-price = Obtener un precio nuevo
renew-price-words = Su pedido se conserva. El importe en bitcoin se ajusta a la cotización de hoy.
renew-time = Obtener más tiempo
renew-time-words = Después, envíe el resto a la misma cotización.

## What to pay

label-to-pay = Importe a pagar
label-still = Queda por pagar
label-top-up = Recarga
label-payment-of = Pago de
label-paid = Pagado
label-asked = Importe solicitado
any-amount = Cualquier importe
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = fijada por la tienda
rate-practice = cotización de prueba
pay = Pagar
wallet = Abrir en la billetera
hold = Precio válido durante
hold-top-up = Se puede pagar durante
left-seconds = menos de un minuto
left-minutes =
    { $n ->
        [one] 1 minuto
       *[other] { $n } minutos
    }
left-hours =
    { $n ->
        [one] 1 hora
       *[other] { $n } horas
    }
say-minutes =
    { $n ->
        [one] Queda 1 minuto
       *[other] Quedan { $n } minutos
    }
qr-label = Código QR: pagar { $amount } BTC a { $address }
qr-label-any = Código QR: pagar cualquier importe a { $address }
qr-plain = Código solo con la dirección
qr-plain-words = Para plataformas de intercambio y otras aplicaciones que no leen nada más. El importe se escribe a mano.
qr-plain-label = Código QR: la dirección { $address }
address = Dirección de bitcoin
keys = Atajos de teclado
keys-words = «c» copia la dirección; «a», el importe.

## Details and receipt

details = Detalles
receipt = Recibo
receipt-of = Recibo · { $shop }
receipt-open = Recibo para guardar
receipt-print = Imprimir
receipt-back = Volver al pago
receipt-pending = El pago se ha detectado, pero aún no está confirmado.
receipt-here = Este recibo se conserva aquí:
receipt-qr = Código QR: la dirección web de este recibo
fact-shop = Tienda
fact-for = Concepto
fact-order = Pedido
fact-price = Precio
fact-tax = Impuestos incluidos
fact-rate = Cotización
fact-rate-time = Cotización del
fact-due = Importe total
fact-received = Recibido
fact-over = Excedente
fact-expires = Precio válido hasta
fact-expired = Precio vencido
fact-invoice = Solicitud de pago
fact-transaction = Transacción
fact-lost = Transacción sin efecto
fact-status = Estado
fact-enough = Llegó un poco menos de lo solicitado; la tienda lo acepta como pago completo.

## A refund

refund-title = Reembolso · { $shop }
refund = Reembolso
refund-asked = importe solicitado: { $price } { $currency }
refund-where = { $shop } le devuelve este importe. ¿A qué dirección debe enviarse?
refund-address = Su dirección de bitcoin
refund-address-hint = Está en «Recibir», en su billetera. No indique la dirección a la que pagó ni la de una plataforma de intercambio que ya no utilice.
refund-continue = Continuar
refund-until = La dirección se puede indicar hasta el
refund-confirm = ¿Es esta su dirección?
refund-confirm-words = Compare los primeros y los últimos grupos con los que muestra su billetera. Lo que se envía no se puede recuperar.
refund-yes = Sí, enviar ahí
refund-no = No, cambiarla
refund-late = Este enlace ha vencido
refund-late-words = Pida uno nuevo a la tienda: el dinero no se pierde por ello.
refund-known = La tienda ha recibido su dirección
refund-known-words = La tienda hará el envío desde su propia billetera. Esta página avisará cuando esté en camino.
refund-sent = El reembolso está en camino
refund-sent-words = La transacción espera entrar en un bloque.
refund-paid = Reembolsado
refund-paid-words = La transacción está en un bloque.
refund-cancelled = La tienda ha cancelado este reembolso
refund-cancelled-words = No se enviará nada. Consulte el motivo a la tienda.
refund-failed = El reembolso no se realizó
refund-failed-words = La transacción de la tienda no prosperó. Pida a la tienda un nuevo reembolso.
refund-to = Dirección de destino
refund-bad-address = Esta no es una dirección de bitcoin. Cópiela otra vez, completa, desde su billetera.
refund-other-network = Esta dirección pertenece a otra red: las direcciones de prueba y las reales no se pueden mezclar.
refund-unknown = Reembolso no encontrado
refund-unknown-words = Puede que el enlace esté incompleto o que la tienda haya creado otro. Por favor, consulte a la tienda.

## What goes wrong

no-invoice = Solicitud de pago no encontrada
no-invoice-words = Puede que el enlace esté incompleto. Por favor, vuelva a la tienda e inténtelo de nuevo.
not-now = No es posible en este momento
not-now-words = Este servidor tiene un problema. Por favor, vuelva a consultar dentro de un minuto.
too-many = Demasiados intentos
too-many-words = Por favor, espere un minuto.

## Going on: a new price, more time, or an address

go-on-refused = Esta solicitud de pago no puede continuar
go-on-refused-words = Ya no es posible obtener un precio nuevo ni más tiempo. Por favor, vuelva a la tienda; si ha enviado algo, escríbale.
go-on-no-rate = Sin precio en este momento
go-on-no-rate-words = Ahora mismo no se conoce la cotización, así que nada ha cambiado. Por favor, inténtelo de nuevo dentro de unos minutos.
go-on-moment = Un momento, por favor
go-on-moment-words = Todavía se está comprobando si llegó algo a tiempo. Por favor, inténtelo de nuevo dentro de un momento.
go-on-back = Volver a la solicitud

## The pay button

button-title = No se puede iniciar este pago
button-no-store = No se ha encontrado la tienda de este botón de pago. Por favor, avise a la tienda.
button-not-enabled = Esta tienda no acepta pagos con este botón. Por favor, avise a la tienda.
button-changed = Este botón de pago se ha modificado o la tienda lo ha retirado. Por favor, vuelva a la tienda, recargue la página e inténtelo de nuevo.
button-price = El importe debe ser un número mayor que cero. Por favor, vuelva atrás e introduzca otro.
button-wrong = Este botón de pago no está bien configurado. Por favor, avise a la tienda.
button-not-now = La tienda no puede aceptar pagos en este momento. Por favor, inténtelo de nuevo más tarde.
button-too-many = Se han iniciado demasiados pagos. Por favor, espere un minuto e inténtelo de nuevo.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Practicar
play-words = Haga que ocurra cualquier cosa con este pago. No se mueve ningún bitcoin real.
play-pay = Pagar
play-pay-words = Paga lo que falta.
play-underpay = Pagar de menos
play-underpay-words = Paga la mitad de lo que falta.
play-overpay = Pagar de más
play-overpay-words = Paga una vez y media lo que falta.
play-late = Pagar tarde
play-late-words = Termina el plazo de pago y luego paga.
play-replace = Subir la comisión
play-replace-words = Envía el mismo pago con una comisión mayor: el primero desaparece, el segundo cuenta.
play-double-spend = Doble gasto
play-double-spend-words = Gasta los mismos fondos en otra parte: lo que espera su primer bloque desaparece.
play-mine = Minar un bloque
play-mine-words = Una confirmación más.
play-reorg = Reorganizar
play-reorg-words = Otros bloques sustituyen a los posteriores al pago: vuelve a esperar un bloque.
play-vanish = Reorganizar y perder
play-vanish-words = Lo mismo, y los fondos se gastan en otra parte: el pago desaparece.
play-expire = Hacer caducar
play-expire-words = El plazo de pago termina ahora.
play-refused = Esto no tiene sentido ahora
play-refused-words = El pago ha cambiado desde que se abrió la página. Vuelva y mire cómo está.

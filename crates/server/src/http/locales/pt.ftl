# Portuguese, as written in Brazil.

## Every page

page-live = Esta página se atualiza sozinha.
page-refresh = Atualizar agora
page-offline = Conexão perdida. Tentando novamente…
page-language = Idioma
page-language-change = Alterar
page-practice = Loja de teste
page-practice-words = sem bitcoin real
page-close = Fechar
copy = Copiar
copied = Copiado
copy-amount = Copiar valor
copy-address = Copiar endereço
order-number = Pedido { $number }
leave = Voltar à loja
leave-soon = Voltando à loja…
leave-stay = Ficar aqui

## How an invoice stands: a title, and what it means

open-title = Seu pedido
open-words = Continue quando quiser pagar: você receberá um endereço reservado só para você.
open = Ir para o pagamento
waiting = Aguardando pagamento
partial = Envie mais { $amount } BTC
partial-words = Chegaram { $received } BTC.
seen = Pagamento detectado
seen-words =
    { $needed ->
        [one] Está a caminho: 0 de 1 confirmação. Você pode fechar esta página: a loja vê o pagamento.
       *[other] Está a caminho: 0 de { $needed } confirmações. Você pode fechar esta página: a loja vê o pagamento.
    }
confirming = Confirmação em andamento
confirming-words =
    { $needed ->
        [one] { $reached } de 1 confirmação. Você pode fechar esta página: a loja vê o pagamento.
       *[other] { $reached } de { $needed } confirmações. Você pode fechar esta página: a loja vê o pagamento.
    }
paid = Pago
paid-words = O pagamento está confirmado. Obrigado.
complete = Pagamento concluído
complete-words = O pagamento é definitivo. Obrigado.
free = Nada a pagar
free-words = Este pedido é gratuito e está concluído.
accepted-words = A loja aceitou este pedido como pago. Obrigado.
over = Pago, e acima do valor solicitado
over-words = Você enviou { $amount } BTC a mais que o solicitado. A loja vê isso e pode devolver a diferença: por favor, entre em contato com ela.
expired = Este preço expirou
expired-words = Por favor, não envie nada. Nenhum pagamento chegou.
expired-shop = Volte à loja para obter um novo preço.
expired-partial-words = Por favor, não envie mais nada. Chegaram { $received } BTC, um valor insuficiente.
expired-partial-shop = Por favor, entre em contato com a loja.
expired-behind-words = Por favor, não envie nada. Nenhum pagamento foi detectado até agora, mas este servidor ainda está sincronizando com a blockchain.
late = O pagamento chegou fora do prazo
late-words = A loja vê o pagamento e vai decidir o que fazer. Por favor, não pague novamente.
replaced = Seu pagamento foi substituído
replaced-words = Outra transação tomou o lugar dele, e o pagamento não chegou. Você pode pagar novamente enquanto este preço for válido.
replaced-expired-words = Outra transação tomou o lugar dele, e nenhum pagamento chegou. Por favor, não envie nada para este endereço agora.
invalid = Pagamento não válido
invalid-marked-words = A loja o declarou não válido. Por favor, entre em contato com a loja antes de pagar novamente.
invalid-unconfirmed-words = A rede não o confirmou. Por favor, entre em contato com a loja antes de pagar novamente.
invalid-lost-words = Outra transação gastou as mesmas moedas, e o pagamento ficou sem efeito. Por favor, entre em contato com a loja antes de pagar novamente.
behind-words = Este servidor ainda está sincronizando com a blockchain. Você pode pagar agora; o pagamento aparecerá aqui um pouco mais tarde que de costume.
behind-paid-words = Este servidor ainda está sincronizando com a blockchain: as confirmações aparecem aqui um pouco mais tarde que de costume.

## After expiry

renew-price = Obter um novo preço
renew-price-words = Seu pedido está guardado. O valor em bitcoin acompanha a cotação de hoje.
renew-time = Obter mais tempo
renew-time-words = Depois, envie o restante pela mesma cotação.

## What to pay

label-to-pay = Valor a pagar
label-still = Falta pagar
label-top-up = Recarga
label-payment-of = Pagamento de
label-paid = Valor pago
label-asked = Valor solicitado
any-amount = Qualquer valor
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = definida pela loja
rate-practice = cotação de teste
pay = Pagar
wallet = Abrir na carteira
hold = Preço válido por
hold-top-up = Pagamento disponível por
left-seconds = menos de um minuto
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
        [one] Falta 1 minuto
       *[other] Faltam { $n } minutos
    }
qr-label = QR Code: pagar { $amount } BTC para { $address }
qr-label-any = QR Code: pagar qualquer valor para { $address }
qr-plain = Código só com o endereço
qr-plain-words = Para corretoras e outros aplicativos que não leem mais nada. Digite o valor manualmente.
qr-plain-label = QR Code: o endereço { $address }
address = Endereço bitcoin
keys = Atalhos de teclado
keys-words = “c” copia o endereço; “a”, o valor.

## Details and receipt

details = Detalhes
receipt = Comprovante
receipt-of = Comprovante · { $shop }
receipt-open = Comprovante para guardar
receipt-print = Imprimir
receipt-back = Voltar ao pagamento
receipt-pending = O pagamento foi detectado e ainda não está confirmado.
receipt-here = Este comprovante fica guardado aqui:
receipt-qr = QR Code: o endereço web deste comprovante
fact-shop = Loja
fact-for = Descrição
fact-order = Pedido
fact-price = Preço
fact-tax = Impostos inclusos
fact-rate = Cotação
fact-rate-time = Data da cotação
fact-due = Valor a pagar
fact-received = Recebido
fact-over = Valor a mais
fact-expires = Preço válido até
fact-expired = Preço expirou em
fact-invoice = Cobrança
fact-transaction = Transação
fact-lost = Transação sem efeito
fact-status = Situação
fact-enough = Chegou um pouco menos que o solicitado; a loja aceita o valor como pagamento integral.

## A refund

refund-title = Reembolso · { $shop }
refund = Reembolso
refund-asked = valor solicitado: { $price } { $currency }
refund-where = { $shop } está devolvendo este valor a você. Para qual endereço ele deve ir?
refund-address = Seu endereço bitcoin
refund-address-hint = Está em “Receber”, na sua carteira. Não use o endereço para o qual você pagou nem o de uma corretora que você já deixou.
refund-continue = Continuar
refund-until = O endereço pode ser informado até
refund-confirm = Este é o seu endereço?
refund-confirm-words = Compare os primeiros e os últimos grupos com os da sua carteira. O que é enviado não pode ser recuperado.
refund-yes = Sim, enviar para lá
refund-no = Não, alterar
refund-late = Este link expirou
refund-late-words = Peça um novo à loja: o dinheiro não se perde por isso.
refund-known = A loja recebeu seu endereço
refund-known-words = A loja faz o envio da própria carteira. Esta página avisará quando o reembolso estiver a caminho.
refund-sent = O reembolso está a caminho
refund-sent-words = A transação aguarda um bloco.
refund-paid = Reembolsado
refund-paid-words = A transação está em um bloco.
refund-cancelled = A loja cancelou este reembolso
refund-cancelled-words = Nada será enviado. Pergunte o motivo à loja.
refund-failed = O reembolso não foi realizado
refund-failed-words = A transação da loja não teve êxito. Peça à loja um novo reembolso.
refund-to = Endereço de destino
refund-bad-address = Este não é um endereço bitcoin. Copie-o novamente, completo, da sua carteira.
refund-other-network = Este endereço pertence a outra rede: endereços de teste e endereços reais não se misturam.
refund-unknown = Reembolso não encontrado
refund-unknown-words = O link pode estar incompleto, ou a loja pode ter criado outro. Por favor, fale com a loja.

## What goes wrong

no-invoice = Cobrança não encontrada
no-invoice-words = O link pode estar incompleto. Por favor, volte à loja e tente novamente.
not-now = Não é possível no momento
not-now-words = Este servidor está com um problema. Por favor, volte a conferir daqui a um minuto.
too-many = Tentativas demais
too-many-words = Por favor, aguarde um minuto.

## Going on: a new price, more time, or an address

go-on-refused = Não é possível continuar com esta cobrança
go-on-refused-words = Não é mais possível obter um novo preço nem mais tempo para ela. Por favor, volte à loja; se você enviou algum valor, entre em contato com ela.
go-on-no-rate = Sem preço no momento
go-on-no-rate-words = A cotação não é conhecida agora, por isso nada mudou. Por favor, tente novamente em alguns minutos.
go-on-moment = Um momento, por favor
go-on-moment-words = Ainda está sendo verificado se algum valor chegou dentro do prazo. Por favor, tente novamente daqui a pouco.
go-on-back = Voltar à cobrança

## The pay button

button-title = Não é possível iniciar este pagamento
button-no-store = A loja deste botão não foi encontrada. Por favor, avise a loja.
button-not-enabled = Esta loja não aceita pagamentos por este botão. Por favor, avise a loja.
button-changed = Este botão foi alterado, ou a loja o retirou. Por favor, volte à loja, recarregue a página e tente mais uma vez.
button-price = O valor precisa ser um número maior que zero. Por favor, volte e informe outro.
button-wrong = Este botão não está configurado corretamente. Por favor, avise a loja.
button-not-now = A loja não pode receber pagamentos no momento. Por favor, tente novamente mais tarde.
button-too-many = Foram iniciados pagamentos demais. Por favor, aguarde um minuto e tente novamente.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Praticar
play-words = Faça acontecer qualquer coisa a este pagamento. Nenhum bitcoin real se move.
play-pay = Pagar
play-pay-words = Paga o que falta.
play-underpay = Pagar a menos
play-underpay-words = Paga metade do que falta.
play-overpay = Pagar a mais
play-overpay-words = Paga uma vez e meia o que falta.
play-late = Pagar tarde
play-late-words = Termina o prazo de pagamento e depois paga.
play-replace = Aumentar a taxa
play-replace-words = Envia o mesmo pagamento com uma taxa maior: o primeiro desaparece, o segundo conta.
play-double-spend = Gasto duplo
play-double-spend-words = Gasta os mesmos fundos noutro lugar: o que espera o primeiro bloco desaparece.
play-mine = Minerar um bloco
play-mine-words = Mais uma confirmação.
play-reorg = Reorganizar
play-reorg-words = Outros blocos substituem os posteriores ao pagamento: volta a esperar um bloco.
play-vanish = Reorganizar e perder
play-vanish-words = O mesmo, e os fundos são gastos noutro lugar: o pagamento desaparece.
play-expire = Fazer expirar
play-expire-words = O prazo de pagamento termina agora.
play-refused = Isto não faz sentido agora
play-refused-words = O pagamento mudou desde que a página foi aberta. Volte e veja como está.

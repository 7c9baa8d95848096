# Turkish.

## Every page

page-live = Bu sayfa kendiliğinden güncellenir.
page-refresh = Şimdi yenile
page-offline = Bağlantı kesildi. Yeniden deneniyor…
page-language = Dil
page-language-change = Değiştir
page-practice = Deneme mağazası
page-practice-words = gerçek bitcoin kullanılmaz
page-close = Kapat
copy = Kopyala
copied = Kopyalandı
copy-amount = Tutarı kopyala
copy-address = Adresi kopyala
order-number = Sipariş { $number }
leave = Mağazaya dön
leave-soon = Mağazaya yönlendiriliyorsunuz.
leave-stay = Burada kal

## How an invoice stands: a title, and what it means

open-title = Siparişiniz
open-words = Ödemeye hazır olduğunuzda devam edin: Yalnızca size ayrılmış bir adres alırsınız.
open = Ödemeye geç
waiting = Ödeme bekleniyor
partial = { $amount } BTC daha gönderin
partial-words = { $received } BTC ulaştı.
seen = Ödeme görüldü
seen-words =
    { $needed ->
        [one] Ödeme yolda: 0/1 onay. Bu sayfayı kapatabilirsiniz: Mağaza ödemeyi görüyor.
       *[other] Ödeme yolda: 0/{ $needed } onay. Bu sayfayı kapatabilirsiniz: Mağaza ödemeyi görüyor.
    }
confirming = Onaylanıyor
confirming-words =
    { $needed ->
        [one] { $reached }/1 onay. Bu sayfayı kapatabilirsiniz: Mağaza ödemeyi görüyor.
       *[other] { $reached }/{ $needed } onay. Bu sayfayı kapatabilirsiniz: Mağaza ödemeyi görüyor.
    }
paid = Ödendi
paid-words = Ödeme onaylandı. Teşekkür ederiz.
complete = Ödeme tamamlandı
complete-words = Ödeme kesinleşti. Teşekkür ederiz.
free = Ödenecek tutar yok
free-words = Bu sipariş ücretsizdir ve tamamlanmıştır.
accepted-words = Mağaza bu siparişi ödenmiş kabul etti. Teşekkür ederiz.
over = İstenenden fazlası ödendi
over-words = İstenenden { $amount } BTC fazla gönderdiniz. Mağaza bunu görüyor ve fazlasını iade edebilir: Lütfen mağazaya yazın.
expired = Bu fiyatın süresi doldu
expired-words = Lütfen gönderim yapmayın. Herhangi bir ödeme ulaşmadı.
expired-shop = Yeni bir fiyat için mağazaya dönün.
expired-partial-words = Lütfen başka gönderim yapmayın. { $received } BTC ulaştı, bu tutar yetersiz kaldı.
expired-partial-shop = Lütfen mağazaya yazın.
expired-behind-words = Lütfen gönderim yapmayın. Henüz bir ödeme görülmedi, ancak bu sunucunun blok zinciriyle eşitlenmesi sürüyor.
late = Ödeme, süre dolduktan sonra ulaştı
late-words = Mağaza ödemeyi görüyor ve ne yapılacağına karar verecek. Lütfen yeniden ödeme yapmayın.
replaced = Ödemenizin yerine başka bir işlem geçti
replaced-words = Ödemeniz bu nedenle ulaşmadı. Bu fiyat geçerli olduğu sürece yeniden ödeme yapabilirsiniz.
replaced-expired-words = Bu nedenle herhangi bir ödeme ulaşmadı. Lütfen şu anda bu adrese gönderim yapmayın.
invalid = Ödeme geçerli değil
invalid-marked-words = Mağaza ödemenin geçerli olmadığını bildirdi. Yeniden ödeme yapmadan önce lütfen mağazaya yazın.
invalid-unconfirmed-words = Ödeme, ağ tarafından onaylanmadı. Yeniden ödeme yapmadan önce lütfen mağazaya yazın.
invalid-lost-words = Başka bir işlem aynı bitcoinleri harcadı ve ödeme hükümsüz kaldı. Yeniden ödeme yapmadan önce lütfen mağazaya yazın.
behind-words = Bu sunucunun blok zinciriyle eşitlenmesi sürüyor. Şimdi ödeyebilirsiniz; ödeme burada her zamankinden biraz daha geç görünür.
behind-paid-words = Bu sunucunun blok zinciriyle eşitlenmesi sürüyor: Onaylar burada her zamankinden biraz daha geç görünür.

## After expiry

renew-price = Yeni fiyat al
renew-price-words = Siparişiniz saklanır. Bitcoin tutarı bugünkü kura göre belirlenir.
renew-time = Ek süre al
renew-time-words = Ardından kalanı aynı kurdan gönderin.

## What to pay

label-to-pay = Ödenecek tutar
label-still = Kalan tutar
label-top-up = Bakiye yükleme
label-payment-of = Ödeme tutarı
label-paid = Ödenen tutar
label-asked = İstenen tutar
any-amount = Dilediğiniz tutar
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = mağazanın belirlediği kur
rate-practice = deneme kuru
pay = Öde
wallet = Cüzdanda aç
hold = Bu fiyat için kalan süre:
hold-top-up = Ödeme için kalan süre:
left-seconds = bir dakikadan az
left-minutes =
    { $n ->
        [one] 1 dakika
       *[other] { $n } dakika
    }
left-hours =
    { $n ->
        [one] 1 saat
       *[other] { $n } saat
    }
say-minutes =
    { $n ->
        [one] 1 dakika kaldı
       *[other] { $n } dakika kaldı
    }
qr-label = QR kodu: { $address } adresine { $amount } BTC ödeme
qr-label-any = QR kodu: { $address } adresine dilediğiniz tutarda ödeme
qr-plain = Yalnızca adresi içeren kod
qr-plain-words = Yalnızca adres okuyabilen borsalar ve diğer uygulamalar için. Tutarı kendiniz girin.
qr-plain-label = QR kodu: { $address } adresi
address = Bitcoin adresi
keys = Klavye kısayolları
keys-words = “c” adresi, “a” tutarı kopyalar.

## Details and receipt

details = Ayrıntılar
receipt = Makbuz
receipt-of = Makbuz · { $shop }
receipt-open = Saklamak için makbuz
receipt-print = Yazdır
receipt-back = Ödemeye dön
receipt-pending = Ödeme görüldü, henüz onaylanmadı.
receipt-here = Bu makbuz burada saklanır:
receipt-qr = QR kodu: bu makbuzun internet adresi
fact-shop = Mağaza
fact-for = Açıklama
fact-order = Sipariş
fact-price = Fiyat
fact-tax = Fiyata dahil vergi
fact-rate = Kur
fact-rate-time = Kur tarihi
fact-due = Ödenecek tutar
fact-received = Ulaşan tutar
fact-over = Fazla tutar
fact-expires = Fiyatın geçerlilik sonu
fact-expired = Fiyatın süresi doldu
fact-invoice = Ödeme talebi
fact-transaction = İşlem
fact-lost = Hükümsüz işlem
fact-status = Durum
fact-enough = İstenenden biraz az ulaştı; mağaza bunu tam ödeme sayıyor.

## A refund

refund-title = İade · { $shop }
refund = İade
refund-asked = istenen tutar: { $price } { $currency }
refund-where = { $shop } bu tutarı size iade ediyor. Hangi adrese gönderilsin?
refund-address = Bitcoin adresiniz
refund-address-hint = Cüzdanınızın “Al” bölümünde bulunur. Ödeme yaptığınız adresi ya da artık kullanmadığınız bir borsanın adresini girmeyin.
refund-continue = Devam et
refund-until = Adresi bildirmek için son tarih:
refund-confirm = Bu sizin adresiniz mi?
refund-confirm-words = İlk ve son grupları cüzdanınızdakilerle karşılaştırın. Gönderilen tutar geri alınamaz.
refund-yes = Evet, oraya gönder
refund-no = Hayır, değiştir
refund-late = Bu bağlantının süresi doldu
refund-late-words = Mağazadan yenisini isteyin: Para bu yüzden kaybolmaz.
refund-known = Adresiniz mağazaya ulaştı
refund-known-words = Mağaza iadeyi kendi cüzdanından gönderir. Yola çıktığında bu sayfada belirtilir.
refund-sent = İadeniz yolda
refund-sent-words = İşlem bir bloğa girmeyi bekliyor.
refund-paid = İade edildi
refund-paid-words = İşlem bir blokta yer alıyor.
refund-cancelled = Mağaza bu iadeyi iptal etti
refund-cancelled-words = Gönderim yapılmayacak. Nedenini mağazaya sorun.
refund-failed = İade gerçekleşmedi
refund-failed-words = Mağazanın işlemi sonuçsuz kaldı. Mağazadan yeni bir iade isteyin.
refund-to = Alıcı adresi
refund-bad-address = Bu bir bitcoin adresi değil. Adresi cüzdanınızdan eksiksiz olarak yeniden kopyalayın.
refund-other-network = Bu adres başka bir ağa ait: Deneme adresleri ile gerçek adresler birbirinin yerine kullanılamaz.
refund-unknown = İade bulunamadı
refund-unknown-words = Bağlantı eksik olabilir ya da mağaza yeni bir bağlantı oluşturmuştur. Lütfen mağazaya sorun.

## What goes wrong

no-invoice = Ödeme talebi bulunamadı
no-invoice-words = Bağlantı eksik olabilir. Lütfen mağazaya dönüp yeniden deneyin.
not-now = Şu anda mümkün değil
not-now-words = Bu sunucuda bir sorun var. Lütfen bir dakika sonra yeniden bakın.
too-many = Çok fazla deneme yapıldı
too-many-words = Lütfen bir dakika bekleyin.

## Going on: a new price, more time, or an address

go-on-refused = Bu ödeme talebiyle devam edilemiyor
go-on-refused-words = Bu talep için artık yeni fiyat ya da ek süre alınamıyor. Lütfen mağazaya dönün; gönderim yaptıysanız mağazaya yazın.
go-on-no-rate = Şu anda fiyat verilemiyor
go-on-no-rate-words = Kur şu anda bilinmiyor, bu nedenle hiçbir şey değişmedi. Lütfen birkaç dakika sonra yeniden deneyin.
go-on-moment = Lütfen biraz bekleyin
go-on-moment-words = Süresi içinde bir ödemenin ulaşıp ulaşmadığı hâlâ kontrol ediliyor. Lütfen birazdan yeniden deneyin.
go-on-back = Ödeme talebine dön

## The pay button

button-title = Bu ödeme başlatılamıyor
button-no-store = Bu düğmenin bağlı olduğu mağaza bulunamadı. Lütfen mağazaya bildirin.
button-not-enabled = Bu mağaza bu düğmeyle ödeme almıyor. Lütfen mağazaya bildirin.
button-changed = Bu düğme değiştirilmiş ya da mağaza tarafından kaldırılmış. Lütfen mağazaya dönün, sayfayı yeniden yükleyip bir kez daha deneyin.
button-price = Tutar sıfırdan büyük bir sayı olmalıdır. Lütfen geri dönüp başka bir tutar girin.
button-wrong = Bu düğme doğru ayarlanmamış. Lütfen mağazaya bildirin.
button-not-now = Mağaza şu anda ödeme alamıyor. Lütfen daha sonra yeniden deneyin.
button-too-many = Çok fazla ödeme başlatıldı. Lütfen bir dakika bekleyip yeniden deneyin.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = Deneme
play-words = Bu ödemeye istediğinizi yaptırın. Gerçek bitcoin hareket etmez.
play-pay = Öde
play-pay-words = Eksik olanı öder.
play-underpay = Eksik öde
play-underpay-words = Eksik olanın yarısını öder.
play-overpay = Fazla öde
play-overpay-words = Eksik olanın bir buçuk katını öder.
play-late = Geç öde
play-late-words = Ödeme süresini bitirir, sonra öder.
play-replace = Ücreti artır
play-replace-words = Aynı ödemeyi daha yüksek ücretle yeniden gönderir: ilki kaybolur, ikincisi sayılır.
play-double-spend = Çifte harca
play-double-spend-words = Aynı parayı başka yerde harcar: ilk bloğunu bekleyen kaybolur.
play-mine = Blok üret
play-mine-words = Bir onay daha.
play-reorg = Yeniden düzenle
play-reorg-words = Ödemeden bu yana gelen blokların yerine başkaları gelir: ödeme yine blok bekler.
play-vanish = Yeniden düzenle ve kaybet
play-vanish-words = Aynısı, ayrıca para başka yerde harcanır: ödeme kaybolur.
play-expire = Süreyi bitir
play-expire-words = Ödeme süresi şimdi biter.
play-refused = Bu şimdi anlamlı değil
play-refused-words = Sayfa açıldığından beri ödeme değişti. Geri dönüp durumuna bakın.

# The buyers' pages in Arabic. "\u200E" is a left-to-right mark: a figure stands before its currency, as in a wallet.

## Every page

page-live = تتحدّث هذه الصفحة تلقائيًا.
page-refresh = تحديث الآن
page-offline = انقطع الاتصال. تجري المحاولة مجددًا…
page-language = اللغة
page-language-change = تغيير
page-practice = متجر تجريبي
page-practice-words = بدون بيتكوين حقيقي
page-close = إغلاق
copy = نسخ
copied = تم النسخ
copy-amount = نسخ المبلغ
copy-address = نسخ العنوان
order-number = الطلب { $number }
leave = العودة إلى المتجر
leave-soon = ستعود إلى المتجر بعد لحظات.
leave-stay = البقاء هنا

## How an invoice stands: a title, and what it means

open-title = طلبك
open-words = يُرجى المتابعة عند الاستعداد للدفع: ستحصل على عنوان مخصّص لك وحدك.
open = المتابعة إلى الدفع
waiting = في انتظار الدفع
partial = يتبقّى إرسال { "\u200E" }{ $amount } BTC
partial-words = وصل { "\u200E" }{ $received } BTC.
seen = رُصدت الدفعة
seen-words =
    { $needed ->
        [zero] الدفعة في طريقها: 0 من { $needed } تأكيد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [one] الدفعة في طريقها: 0 من تأكيد واحد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [two] الدفعة في طريقها: 0 من تأكيدين. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [few] الدفعة في طريقها: 0 من { $needed } تأكيدات. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [many] الدفعة في طريقها: 0 من { $needed } تأكيدًا. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
       *[other] الدفعة في طريقها: 0 من { $needed } تأكيد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
    }
confirming = جارٍ التأكيد
confirming-words =
    { $needed ->
        [zero] اكتمل { $reached } من { $needed } تأكيد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [one] اكتمل { $reached } من تأكيد واحد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [two] اكتمل { $reached } من تأكيدين. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [few] اكتمل { $reached } من { $needed } تأكيدات. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
        [many] اكتمل { $reached } من { $needed } تأكيدًا. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
       *[other] اكتمل { $reached } من { $needed } تأكيد. يمكنك إغلاق هذه الصفحة، فالمتجر يرى الدفعة.
    }
paid = تم الدفع
paid-words = تأكّدت الدفعة. شكرًا لك.
complete = اكتمل الدفع
complete-words = الدفعة نهائية. شكرًا لك.
free = لا يوجد مبلغ للدفع
free-words = هذا الطلب مجاني، وقد اكتمل.
accepted-words = قَبِل المتجر هذا الطلب على أنه مدفوع. شكرًا لك.
over = تم الدفع بأكثر من المطلوب
over-words = أرسلت زيادةً على المطلوب قدرها { "\u200E" }{ $amount } BTC. يرى المتجر ذلك ويمكنه إعادتها إليك: يُرجى مراسلته.
expired = انتهت صلاحية هذا السعر
expired-words = يُرجى عدم الإرسال. لم يصل أي مبلغ.
expired-shop = يُرجى العودة إلى المتجر للحصول على سعر جديد.
expired-partial-words = يُرجى عدم الإرسال. وصل { "\u200E" }{ $received } BTC، وهو أقل من المطلوب.
expired-partial-shop = يُرجى مراسلة المتجر.
expired-behind-words = يُرجى عدم الإرسال. لم تُرصد أي دفعة بعد، لكن هذا الخادم ما زال يزامن سلسلة الكتل.
late = وصلت الدفعة بعد انتهاء الصلاحية
late-words = يرى المتجر الدفعة وسيقرّر ما يلزم. يُرجى عدم الدفع مرة أخرى.
replaced = استُبدلت دفعتك
replaced-words = حلّت معاملة أخرى محلّها، ولم تصل الدفعة. يمكنك الدفع مرة أخرى ما دام هذا السعر ساريًا.
replaced-expired-words = حلّت معاملة أخرى محلّها، ولم يصل أي مبلغ. يُرجى عدم الإرسال إلى هذا العنوان الآن.
invalid = الدفعة غير صالحة
invalid-marked-words = عدّها المتجر غير صالحة. يُرجى مراسلة المتجر قبل الدفع مرة أخرى.
invalid-unconfirmed-words = لم تؤكّدها الشبكة. يُرجى مراسلة المتجر قبل الدفع مرة أخرى.
invalid-lost-words = أنفقت معاملة أخرى العملات نفسها، ولم تعد هذه الدفعة قائمة. يُرجى مراسلة المتجر قبل الدفع مرة أخرى.
behind-words = ما زال هذا الخادم يزامن سلسلة الكتل. يمكنك الدفع الآن، وستظهر الدفعة هنا بعد وقت أطول قليلًا من المعتاد.
behind-paid-words = ما زال هذا الخادم يزامن سلسلة الكتل: تظهر التأكيدات هنا بعد وقت أطول قليلًا من المعتاد.

## After expiry

renew-price = الحصول على سعر جديد
renew-price-words = طلبك محفوظ. يُحتسب المبلغ بالبيتكوين وفق سعر الصرف اليوم.
renew-time = تمديد الوقت
renew-time-words = بعد ذلك يُرجى إرسال الباقي بسعر الصرف نفسه.

## What to pay

label-to-pay = المبلغ المطلوب
label-still = المبلغ المتبقّي
label-top-up = شحن الرصيد
label-payment-of = دفعة بقيمة
label-paid = المبلغ المدفوع
label-asked = كان المطلوب
any-amount = أي مبلغ
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = سعر ثابت من المتجر
rate-practice = سعر تجريبي
pay = الدفع
wallet = فتح في المحفظة
hold = يبقى هذا السعر ساريًا لمدة
hold-top-up = يبقى الدفع متاحًا لمدة
left-seconds = أقل من دقيقة
left-minutes =
    { $n ->
        [zero] { $n } دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $n } دقائق
        [many] { $n } دقيقة
       *[other] { $n } دقيقة
    }
left-hours =
    { $n ->
        [zero] { $n } ساعة
        [one] ساعة واحدة
        [two] ساعتين
        [few] { $n } ساعات
        [many] { $n } ساعة
       *[other] { $n } ساعة
    }
say-minutes =
    { $n ->
        [zero] بقيت { $n } دقيقة
        [one] بقيت دقيقة واحدة
        [two] بقيت دقيقتان
        [few] بقيت { $n } دقائق
        [many] بقيت { $n } دقيقة
       *[other] بقيت { $n } دقيقة
    }
qr-label = رمز QR: دفع { $amount } BTC إلى { $address }
qr-label-any = رمز QR: دفع أي مبلغ إلى { $address }
qr-plain = رمز العنوان وحده
qr-plain-words = لمنصات التداول والتطبيقات الأخرى التي لا تقرأ سواه. يُرجى إدخال المبلغ يدويًا.
qr-plain-label = رمز QR: العنوان { $address }
address = عنوان بيتكوين
keys = اختصارات لوحة المفاتيح
keys-words = «c» لنسخ العنوان، و«a» لنسخ المبلغ.

## Details and receipt

details = التفاصيل
receipt = إيصال
receipt-of = إيصال · { $shop }
receipt-open = إيصال للاحتفاظ به
receipt-print = طباعة
receipt-back = العودة إلى صفحة الدفع
receipt-pending = رُصدت الدفعة ولم تتأكّد بعد.
receipt-here = هذا الإيصال محفوظ هنا:
receipt-qr = رمز QR: رابط هذا الإيصال
fact-shop = المتجر
fact-for = مقابل
fact-order = الطلب
fact-price = السعر
fact-tax = الضريبة المشمولة
fact-rate = سعر الصرف
fact-rate-time = وقت سعر الصرف
fact-due = المبلغ المطلوب
fact-received = المبلغ المستلَم
fact-over = المبلغ الزائد
fact-expires = ينتهي السعر في
fact-expired = انتهى السعر في
fact-invoice = الفاتورة
fact-transaction = المعاملة
fact-lost = معاملة لاغية
fact-status = الحالة
fact-enough = وصل مبلغ أقل قليلًا من المطلوب، والمتجر يعدّه كاملًا.

## A refund

refund-title = استرداد · { $shop }
refund = استرداد
refund-asked = القيمة المحدّدة: { "\u200E" }{ $price } { $currency }{ "\u200E" }
refund-where = يُعاد إليك هذا المبلغ من { $shop }. إلى أي عنوان يُرسَل؟
refund-address = عنوان البيتكوين الخاص بك
refund-address-hint = يُنسخ من «استلام» في محفظتك. لا يصلح العنوان الذي دفعت إليه، ولا عنوان في منصة تداول لم تعد تستخدمها.
refund-continue = متابعة
refund-until = هذا الرابط صالح حتى
refund-confirm = هل هذا عنوانك؟
refund-confirm-words = يُرجى مقارنة المجموعات الأولى والأخيرة بما يظهر في محفظتك. ما يُرسَل لا يمكن استرجاعه.
refund-yes = نعم، إلى هذا العنوان
refund-no = لا، تغيير العنوان
refund-late = انتهت مهلة هذا الرابط
refund-late-words = يُرجى طلب رابط جديد من المتجر: لا يضيع المال بذلك.
refund-known = عنوانك لدى المتجر
refund-known-words = يرسل المتجر المبلغ من محفظته. ستُخبرك هذه الصفحة عندما يصبح في طريقه إليك.
refund-sent = المبلغ في طريقه إليك
refund-sent-words = المعاملة في انتظار إدراجها في كتلة.
refund-paid = أُعيد المبلغ
refund-paid-words = المعاملة مُدرجة في كتلة.
refund-cancelled = ألغى المتجر هذا الاسترداد
refund-cancelled-words = لن يُرسَل أي مبلغ. يُرجى سؤال المتجر عن السبب.
refund-failed = لم يتم هذا الاسترداد
refund-failed-words = لم تنجح معاملة المتجر. يُرجى طلب استرداد آخر منه.
refund-to = إلى
refund-bad-address = هذا ليس عنوان بيتكوين. يُرجى نسخه كاملًا من محفظتك مرة أخرى.
refund-other-network = هذا العنوان يخصّ شبكة أخرى: لا تُستخدم عناوين الاختبار مكان العناوين الحقيقية.
refund-unknown = لم يُعثر على هذا الاسترداد
refund-unknown-words = ربما كان الرابط ناقصًا، أو أنشأ المتجر رابطًا آخر. يُرجى سؤال المتجر.

## What goes wrong

no-invoice = لم يُعثر على هذه الفاتورة
no-invoice-words = ربما كان الرابط ناقصًا. يُرجى العودة إلى المتجر والمحاولة مرة أخرى.
not-now = غير متاح في الوقت الحالي
not-now-words = يواجه هذا الخادم مشكلة. يُرجى معاودة الاطّلاع بعد دقيقة.
too-many = محاولات كثيرة جدًا
too-many-words = يُرجى الانتظار دقيقة.

## Going on: a new price, more time, or an address

go-on-refused = لا يمكن متابعة هذه الفاتورة
go-on-refused-words = لم يعد ممكنًا الحصول على سعر جديد لها ولا تمديد وقتها. يُرجى العودة إلى المتجر، ومراسلته إن كنت قد أرسلت أي مبلغ.
go-on-no-rate = لا يتوفّر سعر في الوقت الحالي
go-on-no-rate-words = سعر الصرف غير معروف الآن، ولذلك لم يتغيّر شيء. يُرجى المحاولة مرة أخرى بعد بضع دقائق.
go-on-moment = لحظة من فضلك
go-on-moment-words = ما زال يجري التحقّق مما إذا كان قد وصل مبلغ قبل انتهاء الصلاحية. يُرجى المحاولة مرة أخرى بعد لحظات.
go-on-back = العودة إلى الفاتورة

## The pay button

button-title = لا يمكن بدء هذه الدفعة
button-no-store = لم يُعثر على متجر هذا الزر. يُرجى إبلاغ المتجر.
button-not-enabled = لا يقبل هذا المتجر الدفع بهذا الزر. يُرجى إبلاغ المتجر.
button-changed = تغيّر هذا الزر، أو سحبه المتجر. يُرجى العودة إلى المتجر وإعادة تحميل صفحته ثم المحاولة مرة أخرى.
button-price = يجب أن يكون المبلغ رقمًا أكبر من صفر. يُرجى الرجوع وإدخال مبلغ آخر.
button-wrong = هذا الزر غير مضبوط على النحو الصحيح. يُرجى إبلاغ المتجر.
button-not-now = لا يمكن للمتجر استلام أي دفعة في الوقت الحالي. يُرجى المحاولة مرة أخرى لاحقًا.
button-too-many = بدأ عدد كبير جدًا من الدفعات. يُرجى الانتظار دقيقة ثم المحاولة مرة أخرى.

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = تجربة
play-words = اجعل أي شيء يحدث لهذه الدفعة. لا يتحرّك أي بيتكوين حقيقي.
play-pay = ادفع
play-pay-words = يدفع المبلغ الناقص.
play-underpay = ادفع أقل
play-underpay-words = يدفع نصف المبلغ الناقص.
play-overpay = ادفع أكثر
play-overpay-words = يدفع مرة ونصف المبلغ الناقص.
play-late = ادفع متأخرًا
play-late-words = ينهي مهلة الدفع ثم يدفع.
play-replace = ارفع الرسوم
play-replace-words = يرسل الدفعة نفسها برسوم أعلى: تختفي الأولى وتُحتسب الثانية.
play-double-spend = إنفاق مزدوج
play-double-spend-words = ينفق الأموال نفسها في مكان آخر: ما ينتظر كتلته الأولى يختفي.
play-mine = أنشئ كتلة
play-mine-words = تأكيد واحد إضافي.
play-reorg = أعد الترتيب
play-reorg-words = تحل كتل أخرى محل الكتل منذ الدفع: تنتظر الدفعة كتلة من جديد.
play-vanish = أعد الترتيب مع الفقدان
play-vanish-words = الأمر نفسه، وتُنفق الأموال في مكان آخر: تختفي الدفعة.
play-expire = أنهِ المهلة
play-expire-words = تنتهي مهلة الدفع الآن.
play-refused = هذا غير ممكن الآن
play-refused-words = تغيّرت الدفعة منذ فتح الصفحة. ارجع وانظر إلى حالتها.

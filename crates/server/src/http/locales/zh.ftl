# The buyers' pages in Simplified Chinese.

## Every page

page-live = 本页面会自动更新。
page-refresh = 立即刷新
page-offline = 连接已断开，正在重试…
page-language = 语言
page-language-change = 切换
page-practice = 测试商店
page-practice-words = 不使用真实的比特币
page-close = 关闭
copy = 复制
copied = 已复制
copy-amount = 复制金额
copy-address = 复制地址
order-number = 订单 { $number }
leave = 返回商家
leave-soon = 即将返回商家页面。
leave-stay = 留在本页

## How an invoice stands: a title, and what it means

open-title = 您的订单
open-words = 准备好付款后请继续，届时将为您提供一个专用地址。
open = 前往付款
waiting = 等待付款
partial = 请补付 { $amount } BTC
partial-words = 已收到 { $received } BTC。
seen = 已检测到付款
seen-words =
    { $needed ->
       *[other] 付款正在途中：需要 { $needed } 次确认，目前 0 次。您可以关闭本页面，商家能看到这笔付款。
    }
confirming = 正在确认
confirming-words =
    { $needed ->
       *[other] 需要 { $needed } 次确认，目前 { $reached } 次。您可以关闭本页面，商家能看到这笔付款。
    }
paid = 已支付
paid-words = 付款已获确认，谢谢您。
complete = 付款完成
complete-words = 付款已最终确定，谢谢您。
free = 无需付款
free-words = 此订单无需费用，现已完成。
accepted-words = 商家已将此订单视为付清，谢谢您。
over = 已支付，且超出应付金额
over-words = 您多付了 { $amount } BTC。商家能看到这笔多付的款项，并可以退还，请与商家联系。
expired = 此报价已过期
expired-words = 请勿付款。未收到任何款项。
expired-shop = 请返回商家获取新的报价。
expired-partial-words = 请勿再付款。已收到 { $received } BTC，但金额不足。
expired-partial-shop = 请与商家联系。
expired-behind-words = 请勿付款。目前尚未检测到款项，但本服务器仍在同步区块链。
late = 付款在报价过期后到达
late-words = 商家能看到这笔付款，并会决定如何处理。请勿重复付款。
replaced = 您的付款已被替换
replaced-words = 另一笔交易取代了它，这笔付款没有到账。在报价有效期内，您可以重新付款。
replaced-expired-words = 另一笔交易取代了它，未收到任何款项。现在请勿向此地址付款。
invalid = 付款无效
invalid-marked-words = 商家已将这笔付款判定为无效。再次付款前，请先与商家联系。
invalid-unconfirmed-words = 这笔付款未获网络确认。再次付款前，请先与商家联系。
invalid-lost-words = 另一笔交易花费了同一笔比特币，这笔付款已不复存在。再次付款前，请先与商家联系。
behind-words = 本服务器仍在同步区块链。您现在就可以付款，只是付款会比平时稍晚显示在这里。
behind-paid-words = 本服务器仍在同步区块链，确认次数会比平时稍晚显示在这里。

## After expiry

renew-price = 获取新报价
renew-price-words = 您的订单已保留。比特币金额按今日汇率计算。
renew-time = 延长付款时间
renew-time-words = 之后请按原汇率补足余款。

## What to pay

label-to-pay = 应付金额
label-still = 还需支付
label-top-up = 充值
label-payment-of = 付款金额
label-paid = 已支付
label-asked = 原应付金额
any-amount = 任意金额
rate-line = 1 BTC = { $price } { $currency }
rate-fixed = 商家固定汇率
rate-practice = 测试汇率
pay = 付款
wallet = 在钱包中打开
hold = 此报价的有效时间还剩
hold-top-up = 付款开放时间还剩
left-seconds = 不到 1 分钟
left-minutes =
    { $n ->
       *[other] { $n } 分钟
    }
left-hours =
    { $n ->
       *[other] { $n } 小时
    }
say-minutes =
    { $n ->
       *[other] 还剩 { $n } 分钟
    }
qr-label = 二维码：向 { $address } 支付 { $amount } BTC
qr-label-any = 二维码：向 { $address } 支付任意金额
qr-plain = 仅含地址的二维码
qr-plain-words = 供交易所等只能识别地址的应用使用。金额请自行输入。
qr-plain-label = 二维码：地址 { $address }
address = 比特币地址
keys = 键盘快捷键
keys-words = 按“c”复制地址，按“a”复制金额。

## Details and receipt

details = 详情
receipt = 收据
receipt-of = 收据 · { $shop }
receipt-open = 可留存的收据
receipt-print = 打印
receipt-back = 返回付款页面
receipt-pending = 已检测到付款，但尚未确认。
receipt-here = 此收据可在这里查看：
receipt-qr = 二维码：此收据的网址
fact-shop = 商家
fact-for = 项目
fact-order = 订单号
fact-price = 价格
fact-tax = 含税
fact-rate = 汇率
fact-rate-time = 汇率时间
fact-due = 应付金额
fact-received = 已收到
fact-over = 多付
fact-expires = 报价有效期至
fact-expired = 报价过期时间
fact-invoice = 账单号
fact-transaction = 交易
fact-lost = 失效的交易
fact-status = 状态
fact-enough = 收到的金额略少于应付金额，商家按付清处理。

## A refund

refund-title = 退款 · { $shop }
refund = 退款
refund-asked = 按 { $price } { $currency } 计
refund-where = { $shop } 将把这笔款项退还给您。请问退到哪个地址？
refund-address = 您的比特币地址
refund-address-hint = 请使用钱包“接收”页面中的地址。请勿填写您付款时的收款地址，也请勿填写您已不再使用的交易所的地址。
refund-continue = 继续
refund-until = 此链接有效期至
refund-confirm = 这是您的地址吗？
refund-confirm-words = 请将开头和末尾的几组字符与您的钱包核对。款项一经发出，无法撤回。
refund-yes = 是，退到此地址
refund-no = 否，更改地址
refund-late = 此链接已过期
refund-late-words = 请向商家索取新的链接。您的钱不会因此丢失。
refund-known = 商家已收到您的地址
refund-known-words = 商家会从自己的钱包退款。款项发出后，本页面会告诉您。
refund-sent = 退款正在途中
refund-sent-words = 交易正在等待被打包进区块。
refund-paid = 已退款
refund-paid-words = 交易已被打包进区块。
refund-cancelled = 商家已取消此笔退款
refund-cancelled-words = 不会发送任何款项。请向商家询问原因。
refund-failed = 此笔退款未能完成
refund-failed-words = 商家的交易未能成功。请联系商家重新退款。
refund-to = 退至
refund-bad-address = 这不是比特币地址。请从您的钱包重新完整复制一次。
refund-other-network = 此地址属于另一个网络：测试地址与真实地址不能混用。
refund-unknown = 找不到此笔退款
refund-unknown-words = 链接可能不完整，或者商家已提供了新的链接。请向商家询问。

## What goes wrong

no-invoice = 找不到此账单
no-invoice-words = 链接可能不完整。请返回商家重试。
not-now = 暂时无法使用
not-now-words = 服务器出现问题。请过一分钟再来查看。
too-many = 尝试次数过多
too-many-words = 请等待一分钟。

## Going on: a new price, more time, or an address

go-on-refused = 此账单无法继续
go-on-refused-words = 此账单已不能再获取新报价，也不能再延长付款时间。请返回商家；如果您已发送款项，请与商家联系。
go-on-no-rate = 暂无报价
go-on-no-rate-words = 目前无法得知汇率，因此未作任何更改。请过几分钟重试。
go-on-moment = 请稍候
go-on-moment-words = 仍在核查是否有款项在有效期内到达。请稍后重试。
go-on-back = 返回账单

## The pay button

button-title = 无法发起这笔付款
button-no-store = 找不到此按钮所属的商家。请告知商家。
button-not-enabled = 该商家不通过此按钮收款。请告知商家。
button-changed = 此按钮已被更改，或已被商家撤下。请返回商家，重新加载其页面后再试一次。
button-price = 金额必须是大于零的数字。请返回并输入其他金额。
button-wrong = 此按钮设置有误。请告知商家。
button-not-now = 商家目前无法收款。请稍后重试。
button-too-many = 发起的付款过多。请等待一分钟后重试。

## Practice: what developers make happen to an invoice that is paid with nothing of worth

play = 练习
play-words = 让这笔付款发生任何情况。不会动用真实的比特币。
play-pay = 付款
play-pay-words = 支付尚缺的金额。
play-underpay = 少付
play-underpay-words = 支付尚缺金额的一半。
play-overpay = 多付
play-overpay-words = 支付尚缺金额的一倍半。
play-late = 逾期付款
play-late-words = 先结束付款时限，然后付款。
play-replace = 提高手续费
play-replace-words = 以更高的手续费重新发送同一笔付款：前一笔消失，后一笔有效。
play-double-spend = 双重支付
play-double-spend-words = 把同一笔资金花到别处：等待首个区块的付款会消失。
play-mine = 挖一个区块
play-mine-words = 增加一次确认。
play-reorg = 重组
play-reorg-words = 其他区块取代付款以来的区块：付款重新等待区块。
play-vanish = 重组并丢失
play-vanish-words = 同上，且资金被花到别处：付款消失。
play-expire = 使其过期
play-expire-words = 付款时限现在结束。
play-refused = 现在无法这样做
play-refused-words = 页面打开后付款情况已变化。请返回查看当前状态。

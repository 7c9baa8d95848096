// Shows a checkout in a frame over the shop's page. The names and messages are those of BTCPay's script of this name.
(() => {
  const path = /\/modal\/btcpay\.js(\?.*)?$/
  if (window.btcpay) return console.warn('btcpay.js attempted to initialize more than once.')

  const own = document.currentScript || [...document.scripts].find(({ src }) => path.test(src))
  let server = path.test(own?.src) ? own.src.replace(path, '') : ''
  let entering, leaving, hearing, showing, scan

  const frame = document.createElement('iframe')
  frame.name = frame.className = 'btcpay'
  frame.title = 'Payment'
  frame.allow = 'clipboard-read; clipboard-write'
  frame.style.cssText = 'display:none;position:fixed;inset:0;width:100%;height:100%;border:0;z-index:2000'

  function showFrame() {
    if (!frame.isConnected) document.body.append(frame)
    if (frame.style.display === 'block') return
    entering?.()
    frame.style.display = 'block'
    frame.focus()
  }

  function hideFrame() {
    leaving?.()
    frame.style.display = 'none'
    showing = false
    frame.remove()
  }

  function appendInvoiceFrame(id, params) {
    if (!server) return console.warn('btcpay.js: where is the server? Call setApiUrlPrefix.')
    const method = typeof params === 'string' ? params : params?.paymentMethodId
    const [invoice, by] = [id, method].map(encodeURIComponent)
    showing = true
    frame.src = server + (method ? `/i/${invoice}/${by}?` : `/invoice?id=${invoice}&`) + 'view=modal'
      + (params?.animateEntrance === false ? '&animateEntrance=false' : '')
    document.body.append(frame)
  }

  const origin = () => new URL(server, location).origin

  function startScan() {
    const tell = (message) => frame.contentWindow?.postMessage(message, origin())
    if (!window.NDEFReader) return tell({ action: 'nfc:error' })
    const reader = new NDEFReader()
    scan = new AbortController()
    reader.onreading = ({ message }) => {
      tell({ action: 'nfc:data', data: new TextDecoder().decode(message.records[0]?.data) })
    }
    reader.onreadingerror = () => tell({ action: 'nfc:error' })
    reader.scan({ signal: scan.signal }).catch(() => tell({ action: 'nfc:error' }))
  }

  addEventListener('message', (event) => {
    const { data, source } = event
    if (!showing || source !== frame.contentWindow || event.origin !== origin()) return
    if (data === 'loaded') showFrame()
    else if (data === 'close') hideFrame()
    else if (data === 'nfc:startScan') startScan()
    else if (data === 'nfc:abort') scan?.abort()
    else if (/^bitcoin:/.test(data?.open)) location = data.open
    else if (/^mailto:/.test(data?.mailto)) location = data.mailto
    hearing?.(event)
  })

  // A form whose answer goes into the frame.
  document.addEventListener('submit', ({ target }) => {
    if (!target.closest('[data-btcpay-button]')) return
    showing = true
    showFrame()
  })

  window.btcpay = {
    showFrame,
    hideFrame,
    showInvoice: appendInvoiceFrame,
    appendInvoiceFrame,
    appendAndShowInvoiceFrame(id, params) {
      appendInvoiceFrame(id, params)
      showFrame()
    },
    onModalWillEnter: (then) => { entering = then },
    onModalWillLeave: (then) => { leaving = then },
    onModalReceiveMessage: (then) => { hearing = then },
    setApiUrlPrefix: (url) => { server = url.replace(/\/+$/, '') },
  }
})()

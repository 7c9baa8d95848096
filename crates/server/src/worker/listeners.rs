//! Who listens to which invoice. A change wakes those who listen to that invoice and nobody else,
//! however many others listen.

use std::collections::HashMap;
use std::sync::Mutex;

use specie_core::ids::InvoiceId;
use tokio::sync::watch;

/// Resolves whenever the invoice may have changed.
pub type Changes = watch::Receiver<()>;

/// With fewer invoices listened to than this, nobody looks for those that were left.
const FEW: usize = 256;

/// The invoices that are listened to.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Open>);

#[derive(Default)]
struct Open {
    invoices: HashMap<InvoiceId, watch::Sender<()>>,
    /// How many there were when those that nobody listens to any more were last dropped.
    kept: usize,
}

impl Listeners {
    /// Listens to an invoice from now on.
    pub(super) fn listen(&self, invoice: InvoiceId) -> Changes {
        let mut open = self.0.lock().expect("no holder panics");
        // At twice as many as were kept, so that looking for them costs little for each.
        if open.invoices.len() >= open.kept.max(FEW) * 2 {
            open.invoices.retain(|_, listened| listened.receiver_count() > 0);
            open.kept = open.invoices.len();
        }
        open.invoices.entry(invoice).or_default().subscribe()
    }

    /// Wakes those who listen to an invoice.
    pub(super) fn changed(&self, invoice: InvoiceId) {
        let mut open = self.0.lock().expect("no holder panics");
        if open.invoices.get(&invoice).is_some_and(|listened| listened.send(()).is_err()) {
            open.invoices.remove(&invoice);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> InvoiceId {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        InvoiceId::from_bytes(bytes)
    }

    #[test]
    fn a_change_wakes_those_who_listen_to_that_invoice_and_nobody_else() {
        let listeners = Listeners::default();
        let (one, other, late) = (listeners.listen(id(1)), listeners.listen(id(2)), id(1));
        let also = listeners.listen(late);
        listeners.changed(id(1));
        let heard = [&one, &also, &other].map(|changes| changes.has_changed().unwrap());
        assert_eq!(heard, [true, true, false]);
        assert!(!listeners.listen(id(1)).has_changed().unwrap(), "what was before is over");
    }

    #[test]
    fn what_nobody_listens_to_any_more_is_forgotten() {
        let listeners = Listeners::default();
        let held = listeners.listen(id(0));
        for number in 1..100_000 {
            drop(listeners.listen(id(number)));
        }
        let open = listeners.0.lock().unwrap();
        assert!(
            open.invoices.len() <= 2 * FEW && open.invoices.contains_key(&id(0)),
            "{}",
            open.invoices.len()
        );
        drop(open);
        listeners.changed(id(0));
        assert!(held.has_changed().unwrap());
        drop(held);
        listeners.changed(id(0));
        assert!(!listeners.0.lock().unwrap().invoices.contains_key(&id(0)));
    }
}

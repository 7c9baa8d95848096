//! What a buyer is told in each state: its icon, its words, its tone. The words never depend on
//! colour, and never say that something is sure which is not.

use specie_core::invoice::{Flag, Status};

use crate::app::view::{InvoiceView, PaymentState};
use crate::dialect::bitpay::invoice::btc;
use crate::http::pages::Icon;

/// Most ticks that a row of confirmations shows.
const MAX_TICKS: u32 = 6;

/// An invoice as its page shows it.
pub struct Shown<'a> {
    /// The invoice.
    pub view: &'a InvoiceView,
    /// The chain cannot be followed at the moment.
    pub behind: bool,
    /// The icon.
    pub icon: Icon,
    /// The state, in a few words.
    pub title: String,
    /// What it means for the buyer.
    pub words: Option<String>,
    /// `good`, `care`, `stop` or nothing.
    pub tone: &'static str,
    /// It can be paid.
    pub payable: bool,
    /// The label over the price.
    pub label: &'static str,
    /// Confirmations there are, of those that are needed.
    pub ticks: Option<(u32, u32)>,
    /// Something beside the state, and whether it is bad news.
    pub notice: Option<(String, bool)>,
}

impl<'a> Shown<'a> {
    /// How an invoice is shown. `behind`: the chain cannot be followed at the moment.
    pub fn new(view: &'a InvoiceView, behind: bool) -> Self {
        let mut shown = Self {
            view,
            behind,
            icon: Icon::Waiting,
            title: "Waiting for payment".to_owned(),
            words: None,
            tone: "",
            payable: true,
            label: "To pay",
            ticks: None,
            notice: None,
        };
        // By the clock the price is over, even where the chain has yet to say that nothing came.
        let over = view.shown_at >= view.expires_at;
        match view.status {
            Status::New if over => shown.expired(),
            Status::New => shown.waiting(),
            Status::Paid => shown.confirming(),
            Status::Confirmed => shown.good(Icon::Paid, "Paid", "The payment is confirmed. Thank you."),
            Status::Complete if view.price.is_some_and(|p| p.is_zero()) => {
                shown.good(Icon::Free, "Nothing to pay", "This order costs nothing. It is complete.");
            }
            Status::Complete if view.flag == Flag::Marked => {
                shown.good(
                    Icon::Complete,
                    "Payment complete",
                    "The shop has accepted this order as paid. Thank you.",
                );
            }
            Status::Complete => {
                shown.good(Icon::Complete, "Payment complete", "The payment is final. Thank you.")
            }
            Status::Expired if view.flag == Flag::PaidLate => shown.late(),
            Status::Expired => shown.expired(),
            Status::Invalid => shown.invalid(),
        }
        shown.add_notice();
        shown
    }

    fn waiting(&mut self) {
        if self.view.top_up {
            self.label = "Top up";
        }
        if self.view.paid > 0 {
            self.icon = Icon::Partial;
            self.title = format!("Send {} BTC more", btc(self.view.remaining));
            self.words = Some(format!("{} BTC has arrived.", btc(self.view.paid)));
            self.tone = "care";
            self.label = "Still to pay";
        }
    }

    fn confirming(&mut self) {
        self.payable = false;
        self.label = "Payment of";
        let needed = self.view.live_payments().map(|p| p.confirmations_needed).max().unwrap_or(1).max(1);
        let reached = self.view.live_payments().map(|p| p.confirmations).min().unwrap_or(0).min(needed);
        self.ticks = Some((reached, needed)).filter(|_| (2..=MAX_TICKS).contains(&needed));
        let close = "You can close this page: the shop sees the payment.";
        let confirmations = if needed == 1 { "confirmation" } else { "confirmations" };
        if reached == 0 {
            self.icon = Icon::Seen;
            "Payment seen".clone_into(&mut self.title);
            self.words = Some(format!("It is on its way: 0 of {needed} {confirmations}. {close}"));
        } else {
            self.icon = Icon::Confirming;
            "Confirming".clone_into(&mut self.title);
            self.words = Some(format!("{reached} of {needed} {confirmations}. {close}"));
        }
    }

    fn good(&mut self, icon: Icon, title: &str, words: &str) {
        (self.payable, self.tone, self.icon, self.label) = (false, "good", icon, "Paid");
        title.clone_into(&mut self.title);
        self.words = Some(words.to_owned());
    }

    fn expired(&mut self) {
        (self.payable, self.tone, self.icon, self.label) = (false, "stop", Icon::Expired, "Was asked");
        "This price has expired".clone_into(&mut self.title);
        self.words = Some(if self.view.paid > 0 {
            let paid = btc(self.view.paid);
            format!(
                "Please do not send. {paid} BTC has arrived, which was too little: please write to the shop."
            )
        } else if self.behind {
            "Please do not send. Nothing has been seen yet, but this server is still catching up with the chain."
                .to_owned()
        } else {
            "Please do not send. Nothing has arrived. Go back to the shop for a new price.".to_owned()
        });
    }

    fn late(&mut self) {
        (self.payable, self.tone, self.icon, self.label) = (false, "care", Icon::Late, "Was asked");
        "Payment arrived after expiry".clone_into(&mut self.title);
        self.words = Some("The shop sees it and will decide. Please do not pay again.".to_owned());
    }

    fn invalid(&mut self) {
        (self.payable, self.tone, self.icon, self.label) = (false, "stop", Icon::Stop, "Was asked");
        "Payment not valid".clone_into(&mut self.title);
        let cause = if self.view.flag == Flag::Marked {
            "The shop has declared it so."
        } else {
            "It was not confirmed by the network."
        };
        self.words = Some(format!("{cause} Please write to the shop before you pay again."));
    }

    fn add_notice(&mut self) {
        let lost = self.view.payments.iter().any(|p| p.state == PaymentState::Lost);
        let replaced = lost && self.view.paid == 0 && self.payable;
        if replaced {
            let words = "Your earlier payment was replaced by another transaction and did not arrive. \
                         You can pay again while this price holds.";
            self.notice = Some((words.to_owned(), true));
        } else if let Some(due) = self.view.due.filter(|_| self.view.flag == Flag::PaidOver) {
            let over = btc(self.view.paid.saturating_sub(due));
            let words = format!(
                "You sent {over} BTC more than was asked. The shop sees this and can send it back: please write to them."
            );
            self.notice = Some((words, false));
        } else if self.behind && !self.view.is_final() {
            let words = "This server is still catching up with the chain. You can pay now; the payment will show here \
                         a little later than usual.";
            self.notice = Some((words.to_owned(), false));
        }
    }

    /// Nothing on this page is going to change. An expired one may: late money is told.
    pub fn is_final(&self) -> bool {
        let deep = self.view.live_payments().all(|p| p.confirmations >= MAX_TICKS);
        self.view.status == Status::Complete && deep
    }

    /// Changes whenever the page does.
    pub fn revision(&self) -> String {
        let confirmations: u32 = self.view.live_payments().map(|p| p.confirmations.min(MAX_TICKS)).sum();
        let (status, flag) = (self.view.status.name(), self.view.flag.name());
        let payments = self.view.payments.len();
        let (payable, behind) = (u8::from(self.payable), u8::from(self.behind));
        format!("{status}.{flag}.{}.{payments}.{confirmations}.{payable}{behind}", self.view.paid)
    }
}

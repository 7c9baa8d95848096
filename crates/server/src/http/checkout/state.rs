//! What a buyer is told in each state: its icon, its words, its tone. The words never depend on
//! colour, and never say that something is sure which is not.

use specie_core::invoice::{Flag, Status};

use crate::app::view::InvoiceView;
use crate::dialect::bitpay::invoice::btc;
use crate::http::l10n::Words;
use crate::http::pages::Icon;

/// Most ticks that a row of confirmations shows.
const MAX_TICKS: u32 = 6;

/// An invoice as its page shows it.
pub struct Shown<'a> {
    /// The invoice.
    pub view: &'a InvoiceView,
    /// The language of the page.
    pub words: Words,
    /// The chain cannot be followed at the moment.
    pub behind: bool,
    /// The icon.
    pub icon: Icon,
    /// The state, in a few words.
    pub title: String,
    /// What it means for the buyer.
    pub text: Option<String>,
    /// `good`, `care`, `stop` or nothing.
    pub tone: &'static str,
    /// It can be paid.
    pub payable: bool,
    /// It can be paid once its buyer asks for an address.
    pub unopened: bool,
    /// The label over the price: the key of a message.
    pub label: &'static str,
    /// Confirmations there are, of those that are needed.
    pub ticks: Option<(u32, u32)>,
    /// Something beside the state.
    pub notice: Option<String>,
}

impl<'a> Shown<'a> {
    /// How an invoice is shown. `behind`: the chain cannot be followed at the moment.
    pub fn new(view: &'a InvoiceView, behind: bool, words: Words) -> Self {
        let mut shown = Self {
            view,
            words,
            behind,
            icon: Icon::Waiting,
            title: words.say("waiting"),
            text: None,
            tone: "",
            payable: true,
            unopened: false,
            label: "label-to-pay",
            ticks: None,
            notice: None,
        };
        // By the clock the price is over, even where the chain has yet to say that nothing came.
        let over = view.shown_at >= view.expires_at;
        match view.status {
            Status::New if over => shown.expired(),
            Status::New if view.unopened => shown.unopened(),
            Status::New => shown.waiting(),
            Status::Paid => shown.confirming(),
            Status::Confirmed | Status::Complete if view.flag == Flag::PaidOver => shown.over(),
            Status::Confirmed => shown.good(Icon::Paid, "paid", "paid-words"),
            Status::Complete if view.price.is_some_and(|p| p.is_zero()) => {
                shown.good(Icon::Free, "free", "free-words");
            }
            Status::Complete if view.flag == Flag::Marked => {
                shown.good(Icon::Marked, "complete", "accepted-words");
            }
            Status::Complete => shown.good(Icon::Complete, "complete", "complete-words"),
            Status::Expired if view.flag == Flag::PaidLate => {
                shown.settled(Icon::Late, "care", "late", "late-words");
            }
            Status::Expired => shown.expired(),
            Status::Invalid => shown.invalid(),
        }
        shown.add_notice();
        shown
    }

    /// Another transaction took the place of a payment.
    fn replaced(&self) -> bool {
        self.view.payments.iter().any(|p| p.replaced)
    }

    fn unopened(&mut self) {
        self.settled(Icon::Invoice, "", "open-title", "open-words");
        (self.unopened, self.label) = (true, "label-to-pay");
    }

    fn waiting(&mut self) {
        if self.view.top_up {
            self.label = "label-top-up";
        }
        if self.view.paid > 0 {
            let received = btc(self.view.paid);
            self.icon = Icon::Partial;
            self.title = self.words.tell("partial", [("amount", btc(self.view.remaining).into())]);
            self.text = Some(self.words.tell("partial-words", [("received", received.into())]));
            self.tone = "care";
            self.label = "label-still";
        } else if self.replaced() {
            self.icon = Icon::Replaced;
            self.title = self.words.say("replaced");
            self.text = Some(self.words.say("replaced-words"));
            self.tone = "stop";
        }
    }

    fn confirming(&mut self) {
        self.payable = false;
        self.label = "label-payment-of";
        let needed = self.view.live_payments().map(|p| p.confirmations_needed).max().unwrap_or(1).max(1);
        let reached = self.view.live_payments().map(|p| p.confirmations).min().unwrap_or(0).min(needed);
        self.ticks = Some((reached, needed)).filter(|_| (2..=MAX_TICKS).contains(&needed));
        let text = if reached == 0 {
            self.icon = Icon::Seen;
            self.title = self.words.say("seen");
            self.words.tell("seen-words", [("needed", needed.into())])
        } else {
            self.icon = Icon::Confirming;
            self.title = self.words.say("confirming");
            self.words.tell("confirming-words", [("reached", reached.into()), ("needed", needed.into())])
        };
        self.text = Some(text);
    }

    fn good(&mut self, icon: Icon, title: &'static str, text: &'static str) {
        self.settled(icon, "good", title, text);
        self.label = "label-paid";
    }

    fn over(&mut self) {
        self.good(Icon::Over, "over", "paid-words");
        if self.view.status == Status::Complete {
            self.text = Some(self.words.say("complete-words"));
        }
    }

    fn settled(&mut self, icon: Icon, tone: &'static str, title: &'static str, text: &'static str) {
        (self.payable, self.tone, self.icon, self.label) = (false, tone, icon, "label-asked");
        self.title = self.words.say(title);
        self.text = Some(self.words.say(text));
    }

    fn expired(&mut self) {
        if self.view.paid == 0 && self.replaced() {
            return self.settled(Icon::Replaced, "stop", "replaced", "replaced-expired-words");
        }
        self.settled(Icon::Expired, "stop", "expired", "expired-words");
        let more = |text: String, key| format!("{text} {}", self.words.say(key));
        let ends = self.view.renewal.is_none();
        if self.view.status == Status::New {
            // The chain has yet to say whether something came in time.
            self.text = Some(self.words.say("go-on-moment-words"));
        } else if self.view.paid > 0 {
            let text = self.words.tell("expired-partial-words", [("received", btc(self.view.paid).into())]);
            self.text = Some(if ends { more(text, "expired-partial-shop") } else { text });
        } else if self.behind {
            self.text = Some(self.words.say("expired-behind-words"));
        } else if ends {
            self.text = Some(more(self.words.say("expired-words"), "expired-shop"));
        }
    }

    fn invalid(&mut self) {
        let text = match self.view.flag {
            Flag::Marked => "invalid-marked-words",
            _ if self.replaced() => "invalid-lost-words",
            _ => "invalid-unconfirmed-words",
        };
        self.settled(Icon::Stop, "stop", "invalid", text);
    }

    fn add_notice(&mut self) {
        if let Some(due) = self.view.due.filter(|_| self.view.flag == Flag::PaidOver) {
            let over = btc(self.view.paid.saturating_sub(due));
            self.notice = Some(self.words.tell("over-words", [("amount", over.into())]));
        } else if self.behind && !self.view.is_final() {
            let text = if self.payable { "behind-words" } else { "behind-paid-words" };
            self.notice = Some(self.words.say(text));
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
        let (payments, replaced) = (self.view.payments.len(), u8::from(self.replaced()));
        let (payable, behind) = (u8::from(self.payable), u8::from(self.behind));
        let renewable = u8::from(self.view.renewal.is_some());
        let expires = self.view.expires_at.as_secs();
        format!(
            "{status}.{flag}.{}.{payments}.{confirmations}.{payable}{behind}{replaced}{renewable}.{expires}",
            self.view.paid
        )
    }
}

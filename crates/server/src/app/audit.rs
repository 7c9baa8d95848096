//! Who changed what. A change by hand, or by a program's call, is written down with itself: in one transaction,
//! with who it was, so that there is no change without its entry and no entry without its change.
//!
//! No secret and nothing of a buyer is in an entry.

use std::sync::Arc;

use serde_json::Value;
use specie_core::ids::{StoreId, UserId};
use specie_db::audit::{self, Change, Entry};
use specie_db::{DbError, Tx};

use super::{App, AppError, User};
use crate::request_id::RequestId;

/// Most entries of a page.
pub const AUDIT_PAGE: i64 = 100;
/// The longest value that an entry repeats, in characters.
const MAX_SHOWN: usize = 200;

/// By which way something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The merchants' pages.
    Pages,
    /// The panel's API.
    Panel,
    /// BitPay's API.
    BitPay,
    /// The command line, at the server.
    CommandLine,
}

impl Via {
    fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Panel => "panel API",
            Self::BitPay => "BitPay API",
            Self::CommandLine => "command line",
        }
    }
}

/// Who does something.
#[derive(Debug, Clone)]
pub struct Actor {
    /// On behalf of which user, if of one.
    pub user_id: Option<UserId>,
    /// What they are called: an e-mail address, or what a token is called.
    pub name: String,
    /// By which way.
    pub via: Via,
    /// The request that does it, if one does.
    pub request: Option<RequestId>,
}

impl Actor {
    /// A user at their pages.
    #[must_use]
    pub fn user(user: &User, request: Option<RequestId>) -> Self {
        Self { user_id: Some(user.id), name: user.email.clone(), via: Via::Pages, request }
    }

    /// Whoever is at the server's command line.
    #[must_use]
    pub fn command_line() -> Self {
        Self { user_id: None, name: "operator".to_owned(), via: Via::CommandLine, request: None }
    }
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $deed:ident = $name:literal, $words:literal;)+) => {
        /// What is written down when it is done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Deed { $($(#[$doc])* $deed,)+ }

        impl Deed {
            /// Its name in rows.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$deed => $name,)+ }
            }

            /// What was done, in words; a name that is not known stands for itself.
            #[must_use]
            pub fn words(name: &str) -> &str {
                match name { $($name => $words,)+ other => other }
            }
        }
    };
}

deeds! {
    /// A store was made.
    StoreMade = "store.made", "Made the store";
    /// A store's settings were changed.
    StoreChanged = "store.changed", "Changed the settings";
    /// A store's colour or logo was changed.
    LookChanged = "look.changed", "Changed the look";
    /// A store's rate was fixed.
    RateFixed = "rate.fixed", "Fixed a rate";
    /// A fixed rate was given up.
    RateReleased = "rate.released", "Gave a fixed rate up";
    /// A wallet was connected.
    WalletConnected = "wallet.connected", "Connected a wallet";
    /// A code was made for a program that is to be let in.
    CodeIssued = "token.offered", "Made a pairing code";
    /// A program was let in.
    TokenApproved = "token.approved", "Let a program in";
    /// A program was locked out.
    TokenRevoked = "token.revoked", "Locked a program out";
    /// A legacy key was made.
    ApiKeyMade = "apikey.made", "Made a new legacy API key";
    /// A legacy key was made void.
    ApiKeyRevoked = "apikey.revoked", "Revoked the legacy API key";
    /// A token of the panel's API was made.
    PanelTokenMade = "paneltoken.made", "Made a token of the panel’s API";
    /// A token of the panel's API was made void.
    PanelTokenRevoked = "paneltoken.revoked", "Revoked a token of the panel’s API";
    /// The signed buttons were made void.
    ButtonsRevoked = "buttons.revoked", "Made all signed buttons void";
    /// A webhook was made.
    WebhookMade = "webhook.made", "Added a webhook";
    /// A webhook was changed.
    WebhookChanged = "webhook.changed", "Changed a webhook";
    /// A webhook's secret was replaced.
    SecretReplaced = "webhook.secret", "Replaced a webhook’s secret";
    /// A webhook's former secret was ended.
    SecretEnded = "webhook.secret.ended", "Ended a webhook’s former secret";
    /// A webhook was deleted.
    WebhookDeleted = "webhook.deleted", "Deleted a webhook";
    /// A notification was sent again.
    SentAgain = "delivery.again", "Sent a notification again";
    /// An invoice was marked.
    InvoiceMarked = "invoice.marked", "Marked an invoice";
    /// What came for an invoice was accepted.
    InvoiceAdjusted = "invoice.accepted", "Accepted what came for an invoice";
    /// A buyer was let go on with an invoice that had expired.
    InvoiceRenewed = "invoice.renewed", "Let a buyer go on with an invoice";
    /// An invoice was put into the archive, or taken out.
    InvoiceArchived = "invoice.archived", "Archived an invoice, or took it back";
    /// Something that asked for the merchant was put aside.
    PutAside = "attention.aside", "Put aside what needed attention";
    /// It was taken up again.
    TakenUp = "attention.back", "Took up again what was put aside";
    /// A refund was asked for.
    RefundAsked = "refund.asked", "Asked for a refund";
    /// A refund's address was given.
    RefundAddressed = "refund.addressed", "Said where a refund goes";
    /// A buyer was asked again for an address.
    RefundAskedAgain = "refund.again", "Asked the buyer again where a refund goes";
    /// A refund was cancelled.
    RefundCancelled = "refund.cancelled", "Cancelled a refund";
    /// A transaction was built.
    PayoutBuilt = "payout.built", "Built a transaction";
    /// A signed transaction came back.
    PayoutSigned = "payout.signed", "Brought signatures back";
    /// A transaction was cancelled.
    PayoutCancelled = "payout.cancelled", "Cancelled a transaction";
    /// A transaction was sped up.
    PayoutSpedUp = "payout.spedup", "Built a faster version of a transaction";
    /// Somebody was invited.
    Invited = "people.invited", "Invited somebody";
    /// An invitation was withdrawn.
    InvitationWithdrawn = "people.withdrawn", "Withdrew an invitation";
    /// Somebody took an invitation up.
    Joined = "people.joined", "Joined the store";
    /// Somebody has another role.
    RoleChanged = "people.role", "Changed a role";
    /// Somebody works there no longer.
    MemberRemoved = "people.removed", "Ended somebody’s access";
    /// A user was made.
    UserMade = "user.made", "Made a user";
    /// A password was changed.
    PasswordChanged = "user.password", "Changed a password";
    /// An application was approved.
    ApplicationApproved = "application.approved", "Approved an application";
    /// An application was declined.
    ApplicationDeclined = "application.declined", "Declined an application";
}

/// An entry that is written where its change is.
#[derive(Debug, Clone)]
pub(super) struct Noted(Entry);

impl Noted {
    /// Writes it down.
    pub(super) fn add(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        audit::add(tx, &self.0)
    }

    /// Writes it down with what was changed.
    pub(super) fn add_with(&self, tx: &mut Tx<'_>, changes: Vec<Change>) -> Result<(), DbError> {
        audit::add(tx, &Entry { changes, ..self.0.clone() })
    }
}

/// One value that was changed.
pub(super) fn change(field: &str, from: Option<String>, to: Option<String>) -> Change {
    let short = |text: String| text.chars().take(MAX_SHOWN).collect();
    Change { field: field.to_owned(), from: from.map(short), to: to.map(short) }
}

/// What differs between two objects, by the names of their fields.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Change> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Vec::new() };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let shown = |value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let differ = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differ.map(|name| change(name, shown(before.get(name)), shown(after.get(name)))).collect()
}

impl App {
    /// The same application, on behalf of somebody: what is done by it is written down as theirs.
    #[must_use]
    pub fn on_behalf_of(&self, actor: Actor) -> Self {
        Self(self.0.clone(), Some(Arc::new(actor)))
    }

    /// Whether it acts for somebody whose changes are written down.
    pub(super) fn is_on_behalf(&self) -> bool {
        self.1.is_some()
    }

    /// An entry for something that is about to be done.
    pub(super) fn note(&self, store: Option<StoreId>, deed: Deed, subject: impl Into<String>) -> Noted {
        let actor = self.1.as_deref();
        Noted(Entry {
            // The database gives it one.
            number: 0,
            at: self.now(),
            store_id: store,
            user_id: actor.and_then(|actor| actor.user_id),
            via: actor.map_or("server", |actor| actor.via.name()).to_owned(),
            name: actor.map_or_else(|| "Specie".to_owned(), |actor| actor.name.clone()),
            deed: deed.name().to_owned(),
            subject: subject.into().chars().take(MAX_SHOWN).collect(),
            changes: Vec::new(),
            request_id: actor.and_then(|actor| actor.request.as_ref()).map(ToString::to_string),
        })
    }

    /// The entries of a store, or of the whole server, below a number: latest first, a page and one more.
    ///
    /// # Errors
    /// [`AppError`] if the database cannot answer.
    pub async fn audit(&self, store: Option<StoreId>, below: i64) -> Result<Vec<Entry>, AppError> {
        Ok(self.0.db.read(move |r| audit::page(r, store, below, AUDIT_PAGE + 1)).await?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before = json!({ "name": "Books", "speed": "medium", "website": null, "origins": [] });
        let after =
            json!({ "name": "Books", "speed": "high", "website": "https://a.example", "origins": ["x"] });
        let told: Vec<_> =
            differences(&before, &after).into_iter().map(|c| (c.field, c.from, c.to)).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told,
            [
                ("origins".to_owned(), some("[]"), some("[\"x\"]")),
                ("speed".to_owned(), some("medium"), some("high")),
                ("website".to_owned(), None, some("https://a.example")),
            ]
        );
    }
}

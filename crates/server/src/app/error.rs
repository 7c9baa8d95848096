//! What the application can refuse, by fact. Each face has one mapping of these to its own
//! statuses and words.

use specie_core::facade::Facade;
use specie_core::invoice::{InvalidRequest, Refused, TermsError};
use specie_core::money::Currency;
use specie_core::quote::QuoteError;
use specie_core::script::WalletTextError;
use specie_db::DbError;

use super::scenario::NotPlayed;

/// Why a refund is not paid now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPayable {
    /// None, or too many.
    #[error("a transaction pays 1 to {} refunds", super::MAX_PAYEES)]
    Count,
    /// It is paid, cancelled or failed.
    #[error("a refund that is not pending is not paid")]
    NotPending,
    /// Nobody knows where to.
    #[error("the buyer has not said yet where the refund goes")]
    NoAddress,
    /// A transaction for it waits, or is on its way.
    #[error("a transaction for this refund was built already")]
    Built,
    /// One that was cancelled was paid all the same.
    #[error("with what was given back already, more would go back than came: cancel a refund first")]
    TooMuch,
    /// Its pin is kept for another transaction.
    #[error("a coin that this refund has to spend is kept for another transaction: cancel that first")]
    PinKept,
    /// Its pin is being spent, or is nowhere at the moment.
    #[error("a coin that this refund has to spend is not settled: wait for six confirmations")]
    PinOpen,
    /// Its pin is in another wallet.
    #[error("this refund has to spend a coin of the wallet that the store had before: connect that one")]
    PinElsewhere,
}

/// Why something is not done with a transaction of a merchant's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpendRefused {
    /// What is signed may come about.
    #[error("a signed transaction cannot be taken back")]
    Signed,
    /// It was cancelled.
    #[error("this transaction was cancelled: build another")]
    Cancelled,
    /// It can never be in a block.
    #[error("a coin of this transaction was spent otherwise: build another")]
    Dead,
    /// It is not signed, or has arrived.
    #[error("only a signed transaction that is in no block can be sped up")]
    NotOpen,
    /// One version waits at a time.
    #[error("a newer version of this transaction waits already")]
    NewerVersion,
    /// It spends what the store's wallet does not have.
    #[error("this transaction spends another wallet's coins: connect that one")]
    OtherWallet,
    /// It pays nobody who waits.
    #[error("a transaction that only puts coins together is in no hurry")]
    PaysNobody,
}

/// Why something was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppError {
    /// There is no rate to quote with.
    #[error("no rate for {currency}: {cause}")]
    RateUnavailable {
        /// The currency without a rate.
        currency: Currency,
        /// Why.
        cause: String,
    },
    /// The store has no wallet.
    #[error("no wallet is connected to the store")]
    NoWallet,
    /// The store's network is not followed by this server.
    #[error("the store's network, {0}, is not followed by this server")]
    NetworkNotFollowed(String),
    /// The chain was never followed, so no payment could be seen. Why is the operator's to know:
    /// [`ChainState::trouble`](super::ChainState).
    #[error("the {0} chain could not be followed yet; `specie status` says why")]
    ChainNotFollowed(&'static str),
    /// The requested expiry is too near.
    #[error("the expiration is set too soon")]
    ExpiresTooSoon,
    /// The requested expiry is too far away.
    #[error("the expiration is more than a year away")]
    ExpiresTooLate,
    /// A price of zero in a store that does not allow it.
    #[error("the price must be above zero: this store does not allow free invoices")]
    ZeroPrice,
    /// The price cannot be quoted.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The request does not make an invoice.
    #[error(transparent)]
    InvalidRequest(#[from] InvalidRequest),
    /// The terms contradict themselves.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// No such store, or not this caller's.
    #[error("store not found")]
    StoreNotFound,
    /// No such invoice, or not this caller's.
    #[error("invoice not found")]
    InvoiceNotFound,
    /// The invoice has no such delivery.
    #[error("notification not found")]
    DeliveryNotFound,
    /// The store has no such webhook.
    #[error("webhook not found")]
    WebhookNotFound,
    /// The store has no webhook that hears anything.
    #[error("the store has no webhook that is switched on")]
    NoWebhook,
    /// The webhook hears nothing.
    #[error("the webhook is switched off")]
    WebhookOff,
    /// Whom a delivery was for hears nothing any more.
    #[error("the webhook was deleted or is switched off")]
    WebhookGone,
    /// Somebody has seen to it, or its cause is gone.
    #[error("it has been seen to already")]
    NothingToSeeTo,
    /// The report has more lines than anybody reads.
    #[error("this report is too long: choose months instead of days, one store, or less time")]
    ReportTooLong,
    /// The store has as many webhooks as it may.
    #[error("a store has at most {} webhooks", super::MAX_WEBHOOKS)]
    TooManyWebhooks,
    /// Nothing may be delivered to this address.
    #[error("{0}")]
    WebhookUrl(String),
    /// A webhook that would hear of nothing.
    #[error("a webhook hears at least one event")]
    NoEvents,
    /// It is somebody else's, or the token was not made for it.
    #[error("this is not allowed")]
    NotAllowed,
    /// A token's end lies in the past.
    #[error("the token would have expired already")]
    ExpiredAlready,
    /// The same idempotency key with another body.
    #[error("this idempotency key was used with another body")]
    IdempotencyConflict,
    /// The decision does not fit the invoice's state.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// By the clock its time is over; the chain has yet to say what came in time.
    #[error("whether something came in time is not known yet: try again in a moment")]
    NotPronounced,
    /// The store's prices are quoted once.
    #[error("this store's invoices are not renewed")]
    RenewalsOff,
    /// It is out of sight of its store's lists, and out of its merchant's mind.
    #[error("the invoice is in the archive")]
    Archived,
    /// The shop gave no address to notify.
    #[error("the invoice has no notificationURL")]
    NobodyToNotify,
    /// No such refund, or not this caller's.
    #[error("refund not found")]
    RefundNotFound,
    /// A transaction for it waits to be signed.
    #[error("a transaction for this refund was built already: cancel that first")]
    RefundBuilt,
    /// A signed transaction pays it.
    #[error("a signed transaction pays this refund already")]
    RefundSigned,
    /// It is paid, cancelled or failed.
    #[error("the refund is not pending")]
    RefundOver,
    /// Only the invoice's currency and bitcoin say what a refund is worth.
    #[error("a refund of this invoice is in {0} or BTC")]
    RefundCurrency(Currency),
    /// Not an amount of bitcoin.
    #[error("the amount is not a number of bitcoin above zero with at most eight decimals")]
    RefundAmount,
    /// Not an address.
    #[error("this is not a bitcoin address")]
    Address,
    /// An address, but not of the store's network.
    #[error("this address belongs to another network")]
    AddressNetwork,
    /// The buyer was asked for too long.
    #[error("this link is past its time")]
    ClaimEnded,
    /// The buyer has said where the refund goes.
    #[error("an address was given already; the merchant can ask for another")]
    ClaimAnswered,
    /// No such transaction, or another store's.
    #[error("transaction not found")]
    SpendNotFound,
    /// It has a state in which this is not done.
    #[error(transparent)]
    Spend(#[from] SpendRefused),
    /// Nothing is to be paid that can be.
    #[error(transparent)]
    NotPayable(#[from] NotPayable),
    /// Others took what a transaction was built from, again and again.
    #[error("the wallet's coins change too fast at the moment: try again")]
    CoinsTaken,
    /// The address is the store's own.
    #[error("this address is the store's own: a refund goes to the buyer")]
    OwnAddress,
    /// No node passes on so little.
    #[error("a refund of less than {} satoshis cannot be sent to this address", .least.to_sat())]
    RefundDust {
        /// What can be sent there at least, in satoshis.
        least: bitcoin::Amount,
    },
    /// No transaction can be built.
    #[error(transparent)]
    Build(#[from] specie_psbt::BuildError),
    /// What came back is not ours, or not signed.
    #[error(transparent)]
    NotTakenBack(#[from] specie_psbt::Refusal),
    /// Nobody knows what a transaction has to pay.
    #[error("the node says no fee rate at the moment: try again, or set one")]
    NoFeeRate,
    /// A pairing needs the client's identity.
    #[error("the client's identity is missing")]
    SinMissing,
    /// No such pairing code.
    #[error("pairing code not found")]
    CodeNotFound,
    /// The pairing code is past its time.
    #[error("pairing code expired")]
    CodeExpired,
    /// The identity is paired with another store.
    #[error("this identity is paired with another store")]
    ReusedKey,
    /// The code is bound to another client already.
    #[error("this pairing code belongs to another client")]
    CodeTaken,
    /// The token that was asked for has another facade than is approved.
    #[error("the client asked for the `{}` facade, not for `{}`", asked.name(), approved.name())]
    OtherFacade {
        /// What is approved.
        approved: Facade,
        /// What was asked for.
        asked: Facade,
    },
    /// A token for one invoice, used on another.
    #[error("this token is for another invoice")]
    TokenOfAnotherInvoice,
    /// A token for one refund, used on another.
    #[error("this token is for another refund")]
    TokenOfAnotherRefund,
    /// What was pasted is no watch-only wallet.
    #[error(transparent)]
    Wallet(#[from] WalletTextError),
    /// The wallet serves another store.
    #[error("this wallet is connected to another store; sharing one wallet has to be asked for")]
    WalletInUse,
    /// The wallet has no more addresses.
    #[error("the wallet has no more addresses")]
    WalletExhausted,
    /// E-mail address and password do not fit.
    #[error("wrong e-mail address or password")]
    WrongCredentials,
    /// No such user.
    #[error("no user has this e-mail address")]
    UserNotFound,
    /// The e-mail address is taken.
    #[error("a user with this e-mail address exists already")]
    EmailTaken,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    InvalidEmail,
    /// The password is too short or too long.
    #[error("a password has 8 to 1,024 characters")]
    InvalidPassword,
    /// No such application: it was declined, or never made.
    #[error("there is no such application")]
    ApplicationNotFound,
    /// So many wait for a decision that no more are taken.
    #[error("too many applications wait for a decision already")]
    TooManyApplications,
    /// An application that was approved cannot be declined.
    #[error("this application was approved already")]
    ApprovedAlready,
    /// An application whose user has a password needs no invitation.
    #[error("this application was approved, and its user has set a password")]
    ActivatedAlready,
    /// No such invitation: it was taken up, ended, or never made.
    #[error("this invitation was used, or has expired")]
    InvitationNotFound,
    /// There is a user already, so nobody can become the first.
    #[error("this server has its first user already")]
    AlreadySetUp,
    /// A name is empty or too long.
    #[error("a name has 1 to 120 characters")]
    InvalidName,
    /// A setting is out of its bounds.
    #[error("{0}")]
    InvalidSetting(&'static str),
    /// No such token, or another store's.
    #[error("token not found")]
    TokenNotFound,
    /// A rate is zero or less, or for a currency that needs none.
    #[error("a rate is a number above zero, for a currency other than bitcoin")]
    InvalidRate,
    /// The store has no fixed rate of the currency.
    #[error("no rate of {0} is fixed in this store")]
    RateNotFixed(Currency),
    /// Only practice invoices can be paid by this server, and have happen to them what a developer wants.
    #[error("only invoices of practice stores can be paid or changed so")]
    NotPractice,
    /// It makes no sense for a practice invoice as it stands.
    #[error(transparent)]
    NotPlayed(#[from] NotPlayed),
    /// What was sent as a logo is not taken.
    #[error(transparent)]
    Logo(#[from] super::LogoRefused),
    /// The practice chain refused.
    #[error("the practice chain refused: {0}")]
    Practice(String),
    /// The server key is not the one that the database was made with.
    #[error(
        "this database was made with another server key: put the server.key that belongs with it into the \
         data folder (it is part of every backup, and the same for all processes that share a database)"
    )]
    ForeignKey,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AppError {
    /// Whether the same may work later: the database does not answer, or takes nothing at the moment.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Db(DbError::Engine { .. } | DbError::RolledBack(_) | DbError::Closed))
    }
}

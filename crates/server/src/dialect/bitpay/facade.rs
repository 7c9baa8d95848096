//! Which facade answers which call, by the chapters of BitPay's API document.

use crate::app::view::Scope;

/// A call, whether it comes as JSON-RPC or as REST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Begin a pairing or claim its code; of a merchant, approve it.
    CreateToken,
    /// One invoice.
    GetInvoice,
    /// Where an invoice's changes are heard.
    GetInvoiceBusToken,
    /// One rate.
    GetRateForCurrency,
    /// All rates.
    GetRates,
    /// All currencies.
    GetCurrencies,
    /// Ask for an account.
    CreateAccount,
    /// Make an invoice.
    CreateInvoice,
    /// What a point of sale needs to know of its store.
    GetInvoiceSettings,
    /// The store's invoices.
    FindInvoices,
    /// A token for points of sale that asks for no signature.
    CreatePublicPosToken,
    /// What the store earned.
    GetLedgers,
    /// By what.
    GetLedgerEntries,
    /// Accept less than was asked.
    CreditPartialPayment,
    /// Accept more than was asked.
    CreditOverpayment,
    /// Tell the shop once more.
    SendNotification,
    /// Give something back.
    Refund,
    /// What was given back.
    GetRefunds,
}

/// Anyone's calls: a token does no harm.
const ALL: &[&str] = &["public", "pos", "merchant", "pos/invoice", "merchant/invoice"];
/// A token makes it somebody's who has an account.
const PUBLIC: &[&str] = &["public"];
const STORE: &[&str] = &["pos", "merchant"];
const MERCHANT: &[&str] = &["merchant"];
const MERCHANTS_INVOICE: &[&str] = &["merchant/invoice"];

impl Call {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::CreateToken,
        Self::GetInvoice,
        Self::GetInvoiceBusToken,
        Self::GetRateForCurrency,
        Self::GetRates,
        Self::GetCurrencies,
        Self::CreateAccount,
        Self::CreateInvoice,
        Self::GetInvoiceSettings,
        Self::FindInvoices,
        Self::CreatePublicPosToken,
        Self::GetLedgers,
        Self::GetLedgerEntries,
        Self::CreditPartialPayment,
        Self::CreditOverpayment,
        Self::SendNotification,
        Self::Refund,
        Self::GetRefunds,
    ];

    /// The method's name in JSON-RPC.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::CreateToken => "createToken",
            Self::GetInvoice => "getInvoice",
            Self::GetInvoiceBusToken => "getInvoiceBusToken",
            Self::GetRateForCurrency => "getRateForCurrency",
            Self::GetRates => "getRates",
            Self::GetCurrencies => "getCurrencies",
            Self::CreateAccount => "createAccount",
            Self::CreateInvoice => "createInvoice",
            Self::GetInvoiceSettings => "getInvoiceSettings",
            Self::FindInvoices => "findInvoices",
            Self::CreatePublicPosToken => "createPublicPOSToken",
            Self::GetLedgers => "getLedgers",
            Self::GetLedgerEntries => "getLedgerEntries",
            Self::CreditPartialPayment => "creditPartialPayment",
            Self::CreditOverpayment => "creditOverpayment",
            Self::SendNotification => "sendNotification",
            Self::Refund => "refund",
            Self::GetRefunds => "getRefunds",
        }
    }

    /// The call of that exact name.
    #[must_use]
    pub fn from_method(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.method() == name)
    }

    /// Whose work it is: the facades that do it.
    #[must_use]
    pub fn facades(self) -> &'static [&'static str] {
        match self {
            Self::GetInvoice
            | Self::GetInvoiceBusToken
            | Self::GetRateForCurrency
            | Self::GetRates
            | Self::GetCurrencies => ALL,
            Self::CreateToken => &["public", "merchant"],
            Self::CreateAccount => PUBLIC,
            Self::CreateInvoice | Self::GetInvoiceSettings => STORE,
            Self::FindInvoices | Self::CreatePublicPosToken | Self::GetLedgers | Self::GetLedgerEntries => {
                MERCHANT
            }
            Self::CreditPartialPayment
            | Self::CreditOverpayment
            | Self::SendNotification
            | Self::Refund
            | Self::GetRefunds => MERCHANTS_INVOICE,
        }
    }

    /// Whether what the caller may do includes this.
    ///
    /// # Errors
    /// [`WrongFacade`] if not.
    pub fn check(self, scope: Scope) -> Result<(), WrongFacade> {
        check(self.facades(), scope)
    }
}

/// Who reads a refund, besides those who may do everything with it.
pub const READS_REFUND: &[&str] = &["merchant/invoice", "merchant/supportRequest"];
/// Who cancels one.
pub const CANCELS_REFUND: &[&str] = &["merchant/supportRequest"];
/// Who finds one by the name that its caller gave it.
pub const FINDS_REFUND: &[&str] = MERCHANT;

/// Who hears what a webhook would.
pub const LISTENS: &[&str] = MERCHANT;

/// Whether what the caller may do is among these.
///
/// # Errors
/// [`WrongFacade`] if not.
pub fn check(facades: &[&str], scope: Scope) -> Result<(), WrongFacade> {
    let facade = scope.name();
    if facades.contains(&facade) { Ok(()) } else { Err(WrongFacade(facade)) }
}

/// Not this facade's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This endpoint does not support the `{0}` facade")]
pub struct WrongFacade(pub &'static str);

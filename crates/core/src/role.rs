//! What somebody may do in a store, by the role that they have there.
//!
//! A role is a name for permissions, and nothing else: whatever asks whether something may be done names the
//! permission, and never a role.

use serde::{Deserialize, Serialize};

/// What somebody is in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Whose store it is: one person, who may do everything.
    Owner,
    /// Runs it day by day: all but its wallet and its people.
    Manager,
    /// Sells: makes invoices, and sees what became of them.
    Cashier,
    /// Reads all that is about money, and changes nothing.
    Accountant,
    /// Wires it into a shop: tokens, webhooks, and what was sent.
    Developer,
}

/// One thing that may be done in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Look at invoices, and put the list of them into a file.
    SeeInvoices,
    /// Make invoices.
    MakeInvoices,
    /// Decide about invoices: mark them, accept what came, tell a shop again, put them into the archive.
    Decide,
    /// Look at sums: the overview, reports, the wallet's balance, its coins and its payouts.
    SeeMoney,
    /// Give money back: ask for refunds, and say where they go.
    Refund,
    /// Build what spends the wallet's coins, and take it back signed.
    PayOut,
    /// Connect a wallet.
    ConnectWallet,
    /// Let programs in and out: access tokens, pay buttons.
    Tokens,
    /// Say where events are sent, and look at what was sent.
    Webhooks,
    /// Change the store's settings, rates and look.
    Settings,
    /// Say who else may do what.
    People,
    /// Read who changed what.
    Audit,
    /// Make things happen on the practice chain.
    Practise,
}

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Cashier, Self::Accountant, Self::Developer];
    /// Those that are given to others: a store has one owner, from its beginning.
    pub const GIVEN: [Self; 4] = [Self::Manager, Self::Cashier, Self::Accountant, Self::Developer];

    /// Its name in rows and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Cashier => "cashier",
            Self::Accountant => "accountant",
            Self::Developer => "developer",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether whoever has it may do that.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{
            Audit, ConnectWallet, Decide, MakeInvoices, PayOut, People, Practise, Refund, SeeInvoices,
            SeeMoney, Settings, Tokens, Webhooks,
        };
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(permission, ConnectWallet | People),
            Self::Cashier => matches!(permission, SeeInvoices | MakeInvoices | Practise),
            Self::Accountant => matches!(permission, SeeInvoices | SeeMoney | Audit),
            Self::Developer => match permission {
                SeeInvoices | MakeInvoices | Tokens | Webhooks | Practise => true,
                Decide | SeeMoney | Refund | PayOut | ConnectWallet | Settings | People | Audit => false,
            },
        }
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 13] = [
        Self::SeeInvoices,
        Self::MakeInvoices,
        Self::Decide,
        Self::SeeMoney,
        Self::Refund,
        Self::PayOut,
        Self::ConnectWallet,
        Self::Tokens,
        Self::Webhooks,
        Self::Settings,
        Self::People,
        Self::Audit,
        Self::Practise,
    ];

    /// What it lets somebody do, in words: "to make invoices".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SeeInvoices => "to look at invoices",
            Self::MakeInvoices => "to make invoices",
            Self::Decide => "to decide about invoices",
            Self::SeeMoney => "to look at sums and the wallet",
            Self::Refund => "to give money back",
            Self::PayOut => "to pay out",
            Self::ConnectWallet => "to connect a wallet",
            Self::Tokens => "to let programs in",
            Self::Webhooks => "to look at what is sent to shops",
            Self::Settings => "to change settings",
            Self::People => "to say who may do what",
            Self::Audit => "to read who changed what",
            Self::Practise => "to practise",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each permission, and who has it: owner, manager, cashier, accountant, developer.
    #[test]
    fn a_role_may_what_the_table_says() {
        let table = [
            (Permission::SeeInvoices, "OMCAD"),
            (Permission::MakeInvoices, "OMC.D"),
            (Permission::Decide, "OM..."),
            (Permission::SeeMoney, "OM.A."),
            (Permission::Refund, "OM..."),
            (Permission::PayOut, "OM..."),
            (Permission::ConnectWallet, "O...."),
            (Permission::Tokens, "OM..D"),
            (Permission::Webhooks, "OM..D"),
            (Permission::Settings, "OM..."),
            (Permission::People, "O...."),
            (Permission::Audit, "OM.A."),
            (Permission::Practise, "OMC.D"),
        ];
        assert_eq!(table.map(|(permission, _)| permission), Permission::ALL);
        for (permission, who) in table {
            let may: String = Role::ALL
                .into_iter()
                .zip("OMCAD".chars())
                .map(|(role, letter)| if role.may(permission) { letter } else { '.' })
                .collect();
            assert_eq!(may, who, "{permission:?}");
        }
    }

    #[test]
    fn a_role_is_found_by_its_name_and_by_no_other() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
        }
        for name in ["", "Owner", "admin", "owner "] {
            assert_eq!(Role::from_name(name), None, "{name}");
        }
    }
}

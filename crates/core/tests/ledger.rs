//! The ledger of a store, for a hundred thousand random histories: whatever happens to its invoices,
//! its accounts sum to zero, each balance is what the postings one by one add up to, and what was
//! earned is what a merchant with a pencil would have written down.

mod story;

use bitcoin::Amount;
use proptest::prelude::*;
use specie_core::invoice::{Asked, Event, Speed, Status};
use specie_core::ledger::Account;
use specie_core::quote::Tolerance;
use story::Story;

/// What happens, and to which of the store's invoices.
type Happening = (prop::sample::Index, String);

fn happening() -> impl Strategy<Value = Happening> {
    let name = || prop_oneof![Just('a'), Just('b'), Just('c')];
    let refund = || prop_oneof![Just('r'), Just('s')];
    let words = prop_oneof![
        6 => (name(), 1u64..2000).prop_map(|(name, sats)| format!("pay {name} {sats}")),
        1 => name().prop_map(|name| format!("steal {name}")),
        1 => name().prop_map(|name| format!("vanish {name}")),
        4 => Just("mine 6".to_owned()),
        1 => (1u32..7).prop_map(|n| format!("mine {n}")),
        2 => (1u32..7).prop_map(|n| format!("unmine {n}")),
        1 => (0u32..900).prop_map(|n| format!("wait {n}m")),
        2 => (1u64..2000).prop_map(|sats| format!("renew {sats}")),
        1 => Just("end".to_owned()),
        3 => Just("accept partial".to_owned()),
        3 => Just("accept over".to_owned()),
        1 => Just("mark complete".to_owned()),
        1 => Just("mark invalid".to_owned()),
        3 => (refund(), 1u64..2000).prop_map(|(name, sats)| format!("refund {name} {sats}")),
        1 => (refund(), 1u64..2000).prop_map(|(name, sats)| format!("exactly {name} {sats}")),
        3 => refund().prop_map(|name| format!("give {name}")),
        1 => refund().prop_map(|name| format!("take {name}")),
        1 => refund().prop_map(|name| format!("cancel {name}")),
        1 => refund().prop_map(|name| format!("fail {name}")),
    ];
    (any::<prop::sample::Index>(), words)
}

fn asked() -> impl Strategy<Value = Asked> {
    prop_oneof![
        8 => (1u64..2000, 0u16..500).prop_map(|(due, points)| {
            Asked::exactly(Amount::from_sat(due), Tolerance::from_basis_points(points))
        }),
        1 => Just(Asked::Anything),
        1 => Just(Asked::Nothing),
    ]
}

/// An invoice, and what a merchant writes down about it.
struct Sale {
    story: Story,
    paid: Vec<char>,
    in_wallet: i128,
    earned: i128,
    /// What went back, and what that cost.
    returned: i128,
    fees: i128,
}

impl Sale {
    fn new(asked: Asked) -> Self {
        Self {
            story: Story::asking(asked, Speed::Medium),
            paid: vec![],
            in_wallet: 0,
            earned: 0,
            returned: 0,
            fees: 0,
        }
    }

    /// Plays what makes sense: one transaction of a name, and nothing of one that is not there.
    fn play(&mut self, words: &str) {
        let name = words.strip_prefix("pay ").and_then(|rest| rest.chars().next());
        let of =
            words.strip_prefix("steal ").or(words.strip_prefix("vanish ")).and_then(|n| n.chars().next());
        if name.is_some_and(|name| self.paid.contains(&name)) || of.is_some_and(|of| !self.paid.contains(&of))
        {
            return;
        }
        self.paid.extend(name);
        self.story.sentence(words);
        self.write_down();
    }

    /// By hand: once it is complete, all that is there is the wallet's; a loss is a loss; and of it
    /// the price is earned, or what was agreed on last.
    fn write_down(&mut self) {
        let invoice = &self.story.invoice;
        let there: i128 =
            invoice.payments().iter().filter(|p| p.is_live()).map(|p| i128::from(p.amount.to_sat())).sum();
        let agreed = self.story.events.iter().rev().find_map(|event| match event {
            Event::Accepted { amount, .. } => Some(*amount),
            _ => None,
        });
        let price = match invoice.terms().asked() {
            Asked::Exactly { due, .. } => i128::from(agreed.unwrap_or(due).to_sat()),
            Asked::Anything | Asked::Nothing => i128::MAX,
        };
        let mut given: std::collections::BTreeMap<_, (i128, i128)> = std::collections::BTreeMap::new();
        for event in &self.story.events {
            match event {
                Event::RefundPaid { refund, amount, fee, .. } => {
                    given.insert(*refund, (i128::from(amount.to_sat()), i128::from(fee.to_sat())));
                }
                Event::RefundUnpaid { refund, .. } => drop(given.remove(refund)),
                _ => {}
            }
        }
        self.returned = given.values().map(|(amount, _)| amount).sum();
        self.fees = given.values().map(|(_, fee)| fee).sum();
        if invoice.verdict().status() == Status::Complete || there < self.in_wallet {
            self.in_wallet = there;
        }
        self.in_wallet = self.in_wallet.max(self.returned.min(there));
        self.earned = self.in_wallet.min(price);
    }
}

fn balance_of_all(sales: &[Sale], account: Account) -> i128 {
    sales.iter().map(|sale| sale.story.balance(account)).sum()
}

fn keeps_its_balance(asked: Vec<Asked>, happenings: &[Happening]) {
    let mut sales: Vec<Sale> = asked.into_iter().map(Sale::new).collect();
    for (which, words) in happenings {
        let n = which.index(sales.len());
        sales[n].play(words);
    }
    let [wallet, unallocated, earned, refunds, fees] =
        Account::ALL.map(|account| balance_of_all(&sales, account));
    assert_eq!(wallet + unallocated + earned + refunds + fees, 0, "every posting has two sides");
    let written = |what: fn(&Sale) -> i128| sales.iter().map(what).sum::<i128>();
    assert_eq!(wallet, written(|sale| sale.in_wallet - sale.returned - sale.fees), "the wallet");
    assert_eq!(fees, written(|sale| sale.fees), "the fees");
    let from_surplus = |sale: &Sale| sale.returned.min(sale.in_wallet - sale.earned);
    let of_the_earned: i128 = sales.iter().map(|sale| sale.returned - from_surplus(sale)).sum();
    assert_eq!(refunds, of_the_earned, "the refunds");
    assert_eq!(-earned, written(|sale| sale.earned), "the sales");
    let held = |sale: &Sale| i128::from(sale.story.invoice.books().earned().to_sat());
    assert_eq!(-earned, sales.iter().map(held).sum::<i128>(), "the balance");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn a_store_keeps_its_balance_whatever_happens(asked in prop::collection::vec(asked(), 1..4), happenings in prop::collection::vec(happening(), 0..20)) {
        keeps_its_balance(asked, &happenings);
    }
}

//! Faults of chains and nodes, each on the practice chain and on a real node, each while the server
//! runs and while it is stopped, on both database engines. At the end every sale is shown as an
//! independent reference says, which reads the whole chain anew; every output counts once, and the
//! books are sound.
//!
//! | fault | `sandbox::running` | `sandbox::stopped` | `node::running` | `node::stopped` |
//! |---|---|---|---|---|
//! | `replacements`: fewer coins, more, the same to another invoice | yes | yes | yes | yes |
//! | `double_spends`: the coins go to a stranger, in the mempool or in a block | yes | yes | yes | yes |
//! | `evictions`: out of the mempool, and back | yes | yes | yes | yes |
//! | `losses`: out of the mempool, or out of the chain, until the watching ends | 1 | yes | yes | yes |
//! | `forgotten_mempools` | yes | yes | yes | yes |
//! | `reorganisations_of_…_block(s)`: one, two, six; the payment returns, moves to another block, vanishes, or its coins go elsewhere | yes | yes | yes | yes |
//! | `old_copies`: a shorter chain | 2 | yes | yes | yes |
//! | `downloads_anew`: a node in initial download | 3 | 3 | yes | yes |
//! | `gone_and_back`: a node that does not answer | 3 | 3 | yes | yes |
//!
//! 1. A practice chain takes every payment back at once, and the server offers it at once. 2. The server
//!    has the file to itself while it runs. 3. A practice chain is in the server: it is never gone, and
//!    has nowhere to download from.
//!
//! The evictions are those of a node whose mempool expires (`-mempoolexpiry`) and which then refuses
//! what it forgot, as one does whose mempool is full of better paid transactions.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../time/aging.rs"]
mod aging;
mod downloading;
mod practice;
mod reading;
mod regtest;
mod scenarios;
mod scene;
mod unreachable;
mod world;

const EXE: &str = env!("CARGO_BIN_EXE_specie");

/// A test for each scenario, in a world and with the server running or stopped meanwhile.
macro_rules! faults {
    ($meanwhile:ident: $($file:ident::$name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let meanwhile = super::super::scene::Meanwhile::$meanwhile;
                super::super::$file::$name(super::super::scene::Scene::open(meanwhile));
            }
        )*
    };
    ($meanwhile:ident in $world:ty: $($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let meanwhile = super::super::scene::Meanwhile::$meanwhile;
                super::super::scenarios::$name(super::super::scene::Scene::<$world>::open(meanwhile));
            }
        )*
    };
}

mod sandbox {
    mod running {
        faults! { Running in super::super::practice::Practice:
            replacements double_spends evictions forgotten_mempools
            reorganisations_of_one_block reorganisations_of_two_blocks reorganisations_of_six_blocks
        }
    }
    mod stopped {
        faults! { Stopped in super::super::practice::Practice:
            replacements double_spends evictions losses forgotten_mempools old_copies
            reorganisations_of_one_block reorganisations_of_two_blocks reorganisations_of_six_blocks
        }
    }
}

mod node {
    mod running {
        faults! { Running in super::super::regtest::Regtest:
            replacements double_spends evictions losses forgotten_mempools old_copies
            reorganisations_of_one_block reorganisations_of_two_blocks reorganisations_of_six_blocks
        }
        faults! { Running: unreachable::gone_and_back downloading::downloads_anew }
    }
    mod stopped {
        faults! { Stopped in super::super::regtest::Regtest:
            replacements double_spends evictions losses forgotten_mempools old_copies
            reorganisations_of_one_block reorganisations_of_two_blocks reorganisations_of_six_blocks
        }
        faults! { Stopped: unreachable::gone_and_back downloading::downloads_anew }
    }
}

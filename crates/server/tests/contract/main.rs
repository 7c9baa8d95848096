//! The contract: what every API answers, whole, as `contract/` at the root of the repository has it for the clients
//! of all languages. `contract/README.md` says what its files are.
//!
//! A scene builds situations on a practice store, in order, and asks what a client would ask; each exchange has to be
//! the one of its file. `SPECIE_GOLDEN=write` writes what is new or different instead. A file that no scene asks for, and
//! an operation of the reference without a file, are mistakes.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../pages/browser.rs"]
mod browser;
mod calls;
mod genuine;
mod golden;
mod masks;
mod reference;
mod request;
mod scene;
mod scenes;

use golden::Golden;
use scenes::SCENES;

#[test]
fn every_api_answers_as_the_contract_has_it() {
    let golden = Golden::open();
    std::thread::scope(|all| {
        for play in SCENES {
            let golden = &golden;
            all.spawn(move || play(golden));
        }
    });
    golden.close();
}

//! `specie demo`: a whole sale, step by step, that ends and leaves nothing behind.

use super::house::{House, run};

#[test]
fn the_demo_sells_prints_each_step_and_ends() {
    let folder = House::quiet();
    let ran = run(&["demo", "--exit"], &[("TMPDIR", folder.data().to_str().unwrap())], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let steps: Vec<(&str, &str)> =
        ran.stdout.lines().map(|line| line.trim_start().split_once("  ").unwrap()).collect();
    let who: Vec<&str> = steps.iter().map(|(who, _)| *who).collect();
    let expected = [
        "server", "store", "pairing", "paired", "invoice", "checkout", "buyer", "shop", "miner", "shop",
        "miner", "shop", "done",
    ];
    assert_eq!(who, expected);
    let said = |step: usize| steps[step].1;
    assert!(said(0).starts_with("listening at http://127.0.0.1:"));
    assert!(said(4).starts_with("20.0 USD = 0.00040000 BTC to bcrt1"), "{}", said(4));
    assert!(said(5).contains("http://127.0.0.1:"), "{}", said(5));
    for (step, status) in [(7, "paid"), (9, "confirmed"), (11, "complete")] {
        assert_eq!(said(step), format!("is notified: {status}"));
    }
    assert_eq!(std::fs::read_dir(folder.data()).unwrap().count(), 0, "its folder is gone");
}

#[test]
fn a_demo_in_a_named_folder_can_be_given_again() {
    let folder = House::quiet();
    let data = folder.data().to_str().unwrap();
    for _ in 0..2 {
        let ran = run(&["demo", "--exit", "--data", data], &[], "");
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert_eq!(folder.ask(&["store", "list"])["stores"].as_array().unwrap().len(), 2);
    let verified = folder.ask(&["verify"]);
    assert_eq!((&verified["sound"], &verified["invoices"]), (&true.into(), &2.into()));
}

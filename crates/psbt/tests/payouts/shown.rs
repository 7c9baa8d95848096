//! What people and devices are shown of a transaction before it is signed.

use bitcoin::{Amount, Network, Psbt};
use specie_core::script::{Keychain, ScriptKind, WalletDescriptor};
use specie_psbt::{Unreadable, build, consolidate, qr_parts, summary};

use crate::wallet::{KINDS, coin, coins, descriptor, payee, plan, wallet};

#[test]
fn the_summary_says_who_gets_what_and_what_it_costs() {
    for kind in KINDS {
        let wallet = wallet(kind);
        let coins = coins(&wallet, &[100_000, 200_000]);
        let payees = [payee(1, 60_000), payee(2, 150_000)];
        let built = build(&plan(&wallet, &coins, &payees, 5)).unwrap();
        let shown = summary(&built.psbt, &wallet).unwrap();
        assert_eq!((shown.coins, shown.total), (2, Amount::from_sat(300_000)));
        let mut paid = shown.payees.clone();
        paid.sort_by_key(|payee| payee.amount);
        assert_eq!((paid.as_slice(), shown.paid()), (payees.as_slice(), Amount::from_sat(210_000)));
        assert_eq!(shown.change, [built.change.unwrap()], "{kind:?}");
        assert_eq!((shown.fee, shown.weight, shown.vsize()), (built.fee, built.weight, built.vsize()));
        assert_eq!(shown.rate().to_sat_per_vb_floor(), 5);
    }
}

#[test]
fn an_output_that_only_claims_to_be_change_is_shown_as_a_payment() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[300_000]);
    let payees = [payee(1, 60_000)];
    let built = build(&plan(&wallet, &coins, &payees, 5)).unwrap();
    let vout = built.change.unwrap().vout as usize;
    let mut psbt = built.psbt.clone();
    psbt.outputs[1 - vout] = psbt.outputs[vout].clone();
    let shown = summary(&psbt, &wallet).unwrap();
    assert_eq!((shown.payees, shown.change), (payees.to_vec(), vec![built.change.unwrap()]));
    psbt.unsigned_tx.output[vout].script_pubkey = wallet.script_at(Keychain::Internal, 8).unwrap();
    assert_eq!(summary(&psbt, &wallet).unwrap().change, []);
}

#[test]
fn change_is_known_on_a_wallet_of_one_keychain() {
    let text = descriptor(ScriptKind::Taproot, "/*");
    let wallet = WalletDescriptor::parse(&text, Network::Regtest).unwrap();
    let coins = [coin(&wallet, Keychain::External, 0, 90_000, None)];
    let mut plan = plan(&wallet, &coins, &[], 5);
    plan.change = (Keychain::External, 1);
    let built = consolidate(&plan).unwrap();
    assert_eq!(summary(&built.psbt, &wallet).unwrap().change, [built.change.unwrap()]);
}

#[test]
fn a_psbt_that_does_not_tell_its_coins_has_no_summary() {
    let wallet = wallet(ScriptKind::Segwit);
    let coins = coins(&wallet, &[300_000]);
    let payees = [payee(1, 60_000)];
    let mut psbt = build(&plan(&wallet, &coins, &payees, 5)).unwrap().psbt;
    let mut mute = psbt.clone();
    mute.inputs[0].witness_utxo = None;
    mute.inputs[0].non_witness_utxo = None;
    assert_eq!(summary(&mute, &wallet), Err(Unreadable));
    psbt.unsigned_tx.output[0].value = Amount::from_sat(300_001);
    assert_eq!(summary(&psbt, &wallet), Err(Unreadable));
}

/// BBQr as its specification has it, read by nothing of what wrote it.
mod bbqr {
    use std::collections::BTreeMap;

    use flate2::{Decompress, FlushDecompress};

    /// Capacities of QR codes with error correction L, alphanumeric, versions 1 to 14 (ISO/IEC 18004).
    pub const LARGEST: usize = 667;

    pub fn read(parts: &[String]) -> (char, char, Vec<u8>) {
        let letters = |part: &String| part.chars().collect::<Vec<_>>();
        let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        let mut found = BTreeMap::new();
        let mut kinds = Vec::new();
        for part in parts {
            assert!(
                part.len() <= LARGEST && part.chars().all(|letter| alphanumeric.contains(letter)),
                "{part}"
            );
            let part = letters(part);
            assert_eq!(part[..2], ['B', '$']);
            let number = |at: usize| {
                usize::from_str_radix(&String::from_iter(&part[at..at + 2]), 36)
                    .expect("two digits of base 36")
            };
            assert_eq!(number(4), parts.len());
            found.insert(number(6), base32(&part[8..]));
            kinds.push((part[2], part[3], part.len()));
        }
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), (0..parts.len()).collect::<Vec<_>>());
        let (encoding, kind, length) = kinds[0];
        let (last, before) = kinds.split_last().expect("a part");
        assert!(before.iter().all(|other| *other == kinds[0]) && last.2 <= length);
        let bytes: Vec<u8> = found.into_values().flatten().collect();
        (encoding, kind, if encoding == 'Z' { inflated(&bytes) } else { bytes })
    }

    /// RFC 4648 without padding; each part is whole bytes.
    fn base32(letters: &[char]) -> Vec<u8> {
        let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
        for letter in letters {
            let value = match letter {
                'A'..='Z' => *letter as u32 - 'A' as u32,
                '2'..='7' => *letter as u32 - '2' as u32 + 26,
                other => panic!("{other} is not in base32"),
            };
            bits = (bits << 5) | value;
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 0xff).expect("eight bits"));
                bits &= (1 << held) - 1;
            }
        }
        assert_eq!(bits, 0, "a part is whole bytes");
        bytes
    }

    /// Deflate without a header, in a window of 1024 bytes, which is all that a small device keeps.
    fn inflated(bytes: &[u8]) -> Vec<u8> {
        let mut whole = Vec::with_capacity(1 << 20);
        let mut inflate = Decompress::new_with_window_bits(false, 10);
        inflate.decompress_vec(bytes, &mut whole, FlushDecompress::Finish).expect("compressed");
        assert_eq!(inflate.total_in(), bytes.len() as u64);
        whole
    }
}

#[test]
fn a_camera_reads_the_same_psbt() {
    for kind in KINDS {
        let wallet = wallet(kind);
        for count in [1, 2, 9, 40] {
            let coins = coins(&wallet, &vec![30_000; count]);
            let psbt = consolidate(&plan(&wallet, &coins, &[], 1)).unwrap().psbt;
            let mut parts = qr_parts(&psbt).unwrap();
            // In whatever order it catches them.
            parts.reverse();
            let middle = parts.len() / 2;
            parts.rotate_left(middle);
            let last = parts.iter().max_by_key(|part| part[6..8].to_owned()).unwrap().clone();
            parts.retain(|part| *part != last);
            parts.push(last);
            let (encoding, kind, bytes) = bbqr::read(&parts);
            assert_eq!((encoding, kind), ('Z', 'P'));
            assert_eq!(Psbt::deserialize(&bytes).unwrap(), psbt);
        }
    }
}

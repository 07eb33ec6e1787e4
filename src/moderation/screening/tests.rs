//! What is found and what is left alone.

mod accounts;
mod cards;
mod fold;
mod generated;

use super::{Finding, Findings, find_payment_data};

const NOTHING: Findings = Findings { card: false, iban: false, wallet: false };
const CARD: Findings = Findings { card: true, ..NOTHING };
const IBAN: Findings = Findings { iban: true, ..NOTHING };
const WALLET: Findings = Findings { wallet: true, ..NOTHING };

fn assert_each(texts: &[&str], expected: Findings) {
    let is_wrong = |text: &&&str| find_payment_data(text) != expected;
    let wrong: Vec<_> = texts.iter().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
}

#[test]
fn a_text_with_everything_is_refused_for_each_reason() {
    let findings = find_payment_data(
        "4111 1111 1111 1111 or NO93 8601 1117 947 or 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
    );
    let all = [Finding::CardNumber, Finding::Iban, Finding::Wallet];
    assert!(findings.iter().eq(all));
    assert!(findings.refuses() && !findings.warns());
}

#[test]
fn bank_details_and_wallets_warn_and_do_not_refuse() {
    assert!(IBAN.warns() && !IBAN.refuses());
    assert!(WALLET.warns() && !WALLET.refuses());
    assert!(!NOTHING.warns() && !NOTHING.refuses());
}

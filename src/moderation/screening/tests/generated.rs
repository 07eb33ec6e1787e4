//! Thousands of generated texts, and the amount of work.

use super::{CARD, NOTHING};
use crate::moderation::screening::cards::GROUPINGS;
use crate::moderation::screening::fold::Folded;
use crate::moderation::screening::issuers::{ISSUERS, is_issued, passes_luhn};
use crate::moderation::screening::{find_in, find_payment_data};

/// Marsaglia's xorshift: the same numbers in every run.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// Replaces each `#` with a digit, each `@` with a digit from 1, `D` and `M` with a day and a
    /// month, `H` and `Q` with an hour and a quarter.
    fn fill(&mut self, pattern: &str) -> String {
        let mut text = String::new();
        for character in pattern.chars() {
            match character {
                '#' => text += &self.below(10).to_string(),
                '@' => text += &(self.below(9) + 1).to_string(),
                'D' => text += &format!("{:02}", self.below(31) + 1),
                'M' => text += &format!("{:02}", self.below(12) + 1),
                'H' => text += &format!("{:02}", self.below(24)),
                'Q' => text += &format!("{:02}", self.below(4) * 15),
                other => text.push(other),
            }
        }
        text
    }

    /// A number that some network could have issued: a prefix, digits, and the check digit.
    fn card(&mut self, prefix: u16, length: usize) -> Vec<u8> {
        let mut digits: Vec<u8> = prefix.to_string().bytes().map(|digit| digit - b'0').collect();
        digits.extend((digits.len()..length - 1).map(|_| self.below(10) as u8));
        digits.push(0);
        while !passes_luhn(&digits) {
            digits[length - 1] += 1;
        }
        digits
    }
}

/// Lists of numbers as they stand in requests and in signatures.
fn assert_lists_are_left_alone(patterns: &[&str], separators: &[&str]) {
    let mut dice = Dice::new();
    for _ in 0..20_000 {
        let separator = dice.one_of(separators);
        // One way of writing in one list: people do not mix them.
        let pattern = dice.one_of(patterns);
        let list: Vec<_> = (0..1 + dice.below(5)).map(|_| dice.fill(pattern)).collect();
        let text = list.join(separator);
        assert_eq!(find_payment_data(&text), NOTHING, "{text}");
    }
}

#[test]
fn twenty_thousand_lists_of_phone_numbers_are_left_alone() {
    let patterns = [
        "+1 @## ### ####",
        "+1-@##-###-####",
        "+1 (@##) ###-####",
        "(@##) ###-####",
        "@##-###-####",
        "@##.###.####",
        "+44 20 #### ####",
        "+44 7### ######",
        "020 #### ####",
        "07### ######",
        "+49 1## ########",
        "+491##########",
        "+49 (0)30 #### ####",
        "030/#######",
        "0049 30 ########",
        "491##########",
        "+43 66# #######",
        "4366#########",
        "+33 6 ## ## ## ##",
        "06 ## ## ## ##",
        "+39 3## ### ####",
        "+34 6## ### ###",
        "6## ### ###",
        "+48 ### ### ###",
        "+372 5### ####",
        "5### ####",
        "+372 5## ####",
        "+358 4# ### ####",
        "+45 ## ## ## ##",
        "4# ## ## ##",
        "+47 4## ## ###",
        "4## ## ###",
        "4#######",
        "+46 7# ### ## ##",
        "+81 90-####-####",
        "090-####-####",
        "03-####-####",
        "+86 1## #### ####",
        "1## #### ####",
        "+852 5### ####",
        "+65 6### ####",
        "+91 ##### #####",
        "##### #####",
        "+55 11 9####-####",
        "(11) 9####-####",
        "+7 (9##) ###-##-##",
        "8 9## ###-##-##",
        "+61 4## ### ###",
        "04## ### ###",
        "tel:+49301234####",
        "+372 5### #### ext. ###",
    ];
    assert_lists_are_left_alone(
        &patterns,
        &[", ", "; ", " / ", "\n", "\r\n", " or ", " · ", " - "],
    );
}

#[test]
fn twenty_thousand_lists_of_dates_and_times_are_left_alone() {
    let patterns = [
        "2026-M-D",
        "D.M.2026",
        "D.M.26",
        "D/M/2026",
        "M/D/2026",
        "D-M-2026",
        "D M 2026",
        "2026M-D",
        "2026MD",
        "DM",
        "DM2026",
        "D.M.",
        "H:Q",
        "HQ",
        "H.Q-H.Q",
        "H:Q–H:Q",
        "HQ-HQ",
        "2026-M-DTH:Q:00Z",
        "2026-M-D H:Q:00.######",
        "2026MDHQ00",
        "17########",
        "17###########",
        "17##############",
        "17#################",
    ];
    assert_lists_are_left_alone(
        &patterns,
        &[" ", ", ", "\n", " / ", " - ", "; ", " and ", "–", " "],
    );
}

#[test]
fn twenty_thousand_lists_of_amounts_addresses_and_figures_are_left_alone() {
    let patterns = [
        "@# ###",
        "@.###,00",
        "@,###.00",
        "@### EUR",
        "EUR @###",
        "€@###",
        "$@,###.##",
        "@### 000",
        "@## ### ###",
        "@.###.###",
        "@### people",
        "capacity @##0",
        "@# km",
        "@##'### CHF",
        "Rua Augusta @##, 1100-0## Lisboa",
        "@#### Berlin",
        "SW@A @AA",
        "59.######, 24.######",
        "-33.#######, 151.#######",
        "ISBN 978-3-##-######-#",
        "12@.## bpm",
        "No. 2026-####",
        "VAT DE#########",
        "v@.##.#",
        "##:##:##:##",
        "192.168.#.1#",
    ];
    assert_lists_are_left_alone(&patterns, &[", ", "; ", " / ", "\n", " or ", " – ", " "]);
}

#[test]
fn a_card_of_every_range_and_length_is_found_in_every_grouping_and_with_every_gap() {
    let mut dice = Dice::new();
    for (first, last, lengths) in ISSUERS {
        for &length in lengths {
            let prefix = first + dice.below(u64::from(last - first) + 1) as u16;
            let digits = dice.card(prefix, length);
            if !is_issued(&digits) {
                // Thirteen digits that begin like a phone number.
                assert_eq!((length, first), (13, 4000));
                continue;
            }
            let digits: Vec<String> = digits.iter().map(u8::to_string).collect();
            assert_eq!(find_payment_data(&digits.concat()), CARD, "{digits:?}");
            let groupings = GROUPINGS.iter().map(|grouping| grouping.sizes.to_vec());
            let singles = [vec![1; length]];
            for sizes in
                groupings.chain(singles).filter(|sizes| sizes.iter().sum::<usize>() == length)
            {
                let mut rest = digits.as_slice();
                let groups: Vec<String> = sizes
                    .iter()
                    .map(|&size| {
                        let (group, after) = rest.split_at(size);
                        rest = after;
                        group.concat()
                    })
                    .collect();
                let text = groups.join(" ");
                assert_eq!(find_payment_data(&text), CARD, "{text}");
            }
        }
    }
}

#[test]
fn a_long_reference_is_taken_for_a_card_only_by_coincidence() {
    let mut dice = Dice::new();
    for (pattern, most_in_a_thousand) in [
        ("Ref. ################", 50),
        ("Ref. #### #### #### ####", 50),
        ("##############", 10),
        ("#############", 12),
        ("############", 1),
        ("####################", 0),
        ("########################", 0),
    ] {
        let found = (0..10_000).filter(|_| find_payment_data(&dice.fill(pattern)).card).count();
        assert!(found <= most_in_a_thousand * 10, "{pattern}: {found} of 10000");
    }
}

#[test]
fn the_work_grows_with_the_length_of_the_text_and_no_faster() {
    /// Looks at a mark, for each mark of the text, at the most.
    const LIMIT: usize = 60;
    for unit in [
        "1",
        "4",
        "4 ",
        "4\u{200b}",
        "41 ",
        "4-1",
        "411 ",
        "4111 ",
        "4111 111111 ",
        "41111111 ",
        "411111111111 ",
        "4111111111111111111 ",
        "4111111111111112 ",
        "4111        ",
        "4\n",
        "+4 ",
        "+4111 ",
        "4111\n",
        "a 4111\n1111 1111 1111\n",
        "https://x.com/4111111111111111",
        "x.com/4111111111111111 ",
        "SIRET 38639554500018 ",
        "DE89 ",
        "NO 9 3 8 ",
        "DE8        9",
        "de89370400440532013001 ",
        "DE89370400440532013000 ",
        "RU03 0445 2522 5408 1781 0538 0913 1041 8 ",
        "bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq ",
        "1CtDvbyiPToNHsr8zG1qWLbsaHpoQPdowm ",
        "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed ",
        "a",
        " ",
        "\n",
        "é",
        "٤",
        "🎵4",
    ] {
        for length in [1_000, 100_000] {
            let text = Folded::from(unit.repeat(length / unit.len()).as_str());
            let _ = find_in(&text);
            let ratio = text.looks() / text.len().max(1);
            assert!(ratio <= LIMIT, "{ratio} looks a mark in {length} of {unit:?}");
        }
    }
}

//! Which digits can be the number of a card at all: the check digit and the issuers' ranges.

/// ISO/IEC 7812-1, annex B: from the right, every second digit counts double, the digits of the
/// doubles are added up, and the sum ends in zero.
pub(super) fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = (digits.iter().rev().enumerate())
        .map(|(place, &digit)| u32::from(if place % 2 == 0 { digit } else { digit * 2 }))
        .map(|value| if value > 9 { value - 9 } else { value })
        .sum();
    sum.is_multiple_of(10)
}

/// Does a network issue numbers of this beginning and length?
pub(super) fn is_issued(digits: &[u8]) -> bool {
    let Some(prefix) = digits.first_chunk::<4>() else {
        return false;
    };
    let prefix = prefix.iter().fold(0, |number, &digit| number * 10 + u16::from(digit));
    // Thirteen digits after 43 or 49 are an Austrian or German phone number without its plus
    // sign; Visa stopped issuing thirteen long ago.
    let is_phone = digits.len() == 13 && matches!(prefix / 100, 43 | 49);
    let issued = |&(first, last, lengths): &(u16, u16, &[usize])| {
        (first..=last).contains(&prefix) && lengths.contains(&digits.len())
    };
    !is_phone && ISSUERS.iter().any(issued)
}

/// Networks by the first four digits, with the lengths they issue: the networks' published
/// ranges, which ISO/IEC 7812-2 registers. Not here: UATP and T-Union, which begin with 1 and
/// 31 as every timestamp and every end of month do, and ranges whose numbers carry no check
/// digit.
pub(super) const ISSUERS: [(u16, u16, &[usize]); 30] = [
    // Mir, and Borica of Bulgaria.
    (2200, 2205, &[16, 17, 18, 19]),
    // Mastercard.
    (2221, 2720, &[16]),
    (5100, 5599, &[16]),
    // Diners Club.
    (3000, 3059, &[14, 15, 16, 17, 18, 19]),
    (3095, 3095, &[14, 15, 16, 17, 18, 19]),
    (3600, 3699, &[14, 15, 16, 17, 18, 19]),
    (3800, 3999, &[14, 15, 16, 17, 18, 19]),
    // American Express.
    (3400, 3499, &[15]),
    (3700, 3799, &[15]),
    // JCB.
    (3528, 3589, &[16, 17, 18, 19]),
    // Visa.
    (4000, 4999, &[13, 16, 19]),
    // Maestro issues 12 to 19 digits. Its own prefixes are few enough for all of them; in the
    // ranges it shares (Verve, Elo, Switch, Laser, Bancontact) only what cannot be a phone.
    (5018, 5018, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (5020, 5020, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (5038, 5038, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (5893, 5893, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (6304, 6304, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (6759, 6759, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (6761, 6763, &[12, 13, 14, 15, 16, 17, 18, 19]),
    (5000, 5099, &[16, 18, 19]),
    (5600, 5899, &[16, 18, 19]),
    (6300, 6399, &[16, 17, 18, 19]),
    (6700, 6799, &[16, 17, 18, 19]),
    // RuPay (with Hipercard and UkrCard), Discover.
    (6000, 6099, &[16]),
    (6011, 6011, &[16, 17, 18, 19]),
    (6440, 6599, &[16, 17, 18, 19]),
    // UnionPay.
    (6200, 6299, &[16, 17, 18, 19]),
    // RuPay.
    (8100, 8299, &[16]),
    // Uzcard and Humo of Uzbekistan, Troy of Türkiye.
    (8600, 8600, &[16]),
    (9792, 9792, &[16]),
    (9860, 9860, &[16]),
];

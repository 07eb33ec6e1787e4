//! Numbers as people read them.

/// A number for a list or an axis: "812", "48.2k", "1.23M", "10B".
///
/// Cut towards zero to three significant digits, never rounded, so that a greater number never
/// reads as a smaller one and a list sorted by the exact value never looks out of order: 999,999
/// is "999k", not "1M".
pub fn short_number(n: i64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")];

    let size = n.unsigned_abs();
    let Some((unit, letter)) = UNITS.into_iter().find(|(unit, _)| size >= *unit) else {
        return grouped(n);
    };
    let kept = size - size % 10_u64.pow(size.ilog10() - 2);
    let whole = group(kept / unit);
    let sign = sign(n);
    match kept % unit / (unit / 100) {
        0 => format!("{sign}{whole}{letter}"),
        hundredths if hundredths % 10 == 0 => format!("{sign}{whole}.{}{letter}", hundredths / 10),
        hundredths => format!("{sign}{whole}.{hundredths:02}{letter}"),
    }
}

/// An exact number with its thousands apart: "48,210".
pub fn grouped(n: i64) -> String {
    format!("{}{}", sign(n), group(n.unsigned_abs()))
}

fn sign(n: i64) -> &'static str {
    if n < 0 { "\u{2212}" } else { "" }
}

fn group(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

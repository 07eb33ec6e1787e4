//! The tables of characters.

use crate::moderation::screening::fold::{DECIMAL_ZEROS, Folded, INVISIBLE};

fn marks(text: &str) -> String {
    let folded = Folded::from(text);
    folded.part(0..folded.len()).iter().copied().map(char::from).collect()
}

#[test]
fn each_set_of_decimal_digits_reads_from_zero_to_nine() {
    for zero in DECIMAL_ZEROS {
        let set: String = (u32::from(zero)..).take(10).filter_map(char::from_u32).collect();
        assert!(set.chars().all(char::is_numeric), "{set}");
        assert_eq!(marks(&set), "0123456789", "{set}");
    }
}

#[test]
fn digits_in_circles_and_small_digits_have_their_value() {
    for (digits, values) in [
        ("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"),
        ("₀₁₂₃₄₅₆₇₈₉", "0123456789"),
        ("⓪①②③④⑤⑥⑦⑧⑨", "0123456789"),
        ("⓿❶❷❸❹❺❻❼❽❾", "0123456789"),
        ("🄋➀➁➂➃➄➅➆➇➈", "0123456789"),
        ("🄌➊➋➌➍➎➏➐➑➒", "0123456789"),
        ("🄀⒈⒉⒊⒋⒌⒍⒎⒏⒐", "0123456789"),
        ("🄁🄂🄃🄄🄅🄆🄇🄈🄉🄊", "0123456789"),
        ("⑴⑵⑶⑷⑸⑹⑺⑻⑼", "123456789"),
        ("⓵⓶⓷⓸⓹⓺⓻⓼⓽", "123456789"),
        ("፩፪፫፬፭፮፯፰፱", "123456789"),
        ("〇一二三四五六七八九", "0123456789"),
    ] {
        assert_eq!(marks(digits), values);
    }
}

#[test]
fn the_tables_are_in_order_as_the_search_in_them_requires() {
    assert!(DECIMAL_ZEROS.is_sorted());
    assert!(INVISIBLE.is_sorted_by(|a, b| a.1 < b.0));
    assert!(INVISIBLE.iter().all(|(first, last)| first <= last));
}

#[test]
fn gaps_of_one_kind_become_one_mark_and_the_invisible_goes() {
    assert_eq!(marks("a\u{a0}b\u{2003}c\u{3000}d\te"), "a b c d e");
    assert_eq!(marks("1‐2‑3‒4–5—6−7－8ー9"), "1-2-3-4-5-6-7-8-9");
    assert_eq!(marks("1·2•3．4。5"), "1.2.3.4.5");
    assert_eq!(marks("1∕2⁄3／4\\5"), "1/2/3/4/5");
    assert_eq!(marks("1\r\n2\n3\r4\u{2028}5"), "1\n2\n3\n4\n5");
    assert_eq!(marks("£1€2￥3"), "$1$2$3");
    assert_eq!(marks("ＤＥ８９"), "DE89");
    assert_eq!(marks("é"), "\u{1}");
    assert_eq!(marks("→🎵"), "\u{2}\u{2}");
    assert_eq!(marks("\u{200b}\u{ad}\u{feff}\u{202e}\u{301}\u{fe0f}\u{20e3}\u{0}\u{7f}"), "");
}

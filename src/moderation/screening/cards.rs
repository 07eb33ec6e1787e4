//! Card numbers.
//!
//! A card number (PAN) is 12 to 19 digits, begins with the identification number of an issuer
//! and ends with a check digit by the formula of Luhn: ISO/IEC 7812-1:2017, clause 4 and annex B.
//! One number in ten passes Luhn by chance and every third begins like a card, so digits are
//! joined only where a person would read them as one number:
//!
//! - an unbroken number is taken whole, never a part of a longer one;
//! - groups are joined in the ways cards are printed and typed ([`GROUPINGS`]), or digit by digit
//!   or pair by pair when the whole row is the card; so a card is found next to other numbers
//!   ("order 12 4111 1111 1111 1111 exp 12/27"), and neighbouring phone numbers, dates and
//!   prices, which are grouped otherwise, stay apart;
//! - the gaps of one number are alike; a comma or a slash *with a space* begins something new, and
//!   so do a letter, a plus sign, a currency sign and the end of a line, unless the line is so
//!   long that a mail program must have broken it;
//! - what else can look like a card by its nature is told apart by its surroundings: numbers
//!   after "+" (phones), inside an IBAN or wallet address, after "SIRET", and in links to sites
//!   whose addresses are made of numbers as long as a card's.

use std::ops::{Range, RangeInclusive};

use super::fold::{Folded, LETTER};
use super::issuers::{is_issued, passes_luhn};

/// A PAN has so many digits.
const PAN_DIGITS: RangeInclusive<usize> = 12..=19;
/// E.164: a phone number has at most so many digits, the country code included.
const MAX_PHONE_DIGITS: usize = 15;
/// Between two groups stand at most so many marks: enough for " - ", for the spaces that a tab
/// became, for a line feed and the "> > " of a quoted reply.
const MAX_GAP: usize = 8;
/// Mail programs break lines at 65 to 78 columns, less quoting; a list of numbers is narrower.
const WRAPPED_LINE: usize = 50;

/// Is there a card number in the text? Digits inside one of the `known` spans (each list in order
/// and without overlaps) belong to something else.
pub(super) fn any(text: &Folded, known: &[&[Range<usize>]]) -> bool {
    let mut search = Search { text, known, row: Vec::new() };
    let mut position = 0;
    while let Some(digits) = text.next_stretch(position, u8::is_ascii_digit) {
        position = digits.end;
        let last = search.row.last();
        let gap = last.and_then(|last| Gap::between(text, last.end, digits.start));
        if gap.is_none() {
            if search.row_holds_card() {
                return true;
            }
            search.row.clear();
        }
        search.row.push(Group { start: digits.start, end: digits.end, gap });
    }
    search.row_holds_card()
}

/// Digits without a gap.
struct Group {
    start: usize,
    end: usize,
    /// What stands between the group before and this one; nothing, if this one begins a row.
    gap: Option<Gap>,
}

impl Group {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// What can stand between two groups of one number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Space,
    /// A dash, with or without spaces around it.
    Dash,
    Dot,
    /// Other punctuation, without spaces: the way of somebody who means one number.
    Mark(u8),
    /// A line break that a mail program put in.
    Wrap,
}

impl Gap {
    fn between(text: &Folded, end: usize, start: usize) -> Option<Self> {
        if start - end > MAX_GAP {
            return None;
        }
        let marks = text.part(end..start);
        if marks.contains(&b'\n') {
            return Self::is_wrap(text, end, marks).then_some(Self::Wrap);
        }
        let all = |allowed: &[u8]| marks.iter().all(|mark| allowed.contains(mark));
        match *marks.first()? {
            _ if all(b" ") => Some(Self::Space),
            _ if all(b" -") => Some(Self::Dash),
            b'.' if all(b".") => Some(Self::Dot),
            first => {
                let apart = |&mark: &u8| {
                    mark == LETTER || mark.is_ascii_alphanumeric() || b" +$%".contains(&mark)
                };
                (!marks.iter().any(apart)).then_some(Self::Mark(first))
            }
        }
    }

    /// One line feed, at the end of a line as long as mail programs let them grow.
    fn is_wrap(text: &Folded, end: usize, marks: &[u8]) -> bool {
        marks.iter().all(|mark| b" \n>-".contains(mark))
            && marks.iter().filter(|&&mark| mark == b'\n').count() == 1
            && end >= WRAPPED_LINE
            && !text.part(end - WRAPPED_LINE..end).contains(&b'\n')
    }

    fn is_soft(self) -> bool {
        matches!(self, Self::Space | Self::Dash | Self::Dot | Self::Wrap)
    }
}

/// A way to group the digits of one card.
pub(super) struct Grouping {
    /// The number of digits in each group.
    pub(super) sizes: &'static [usize],
    gaps: Gaps,
}

pub(super) enum Gaps {
    /// Any, all alike; or spaces, dashes and dots mixed, unless they set two halves apart:
    /// "5123 4567 - 5234 5678" is two phone numbers of Tallinn, Hong Kong or Singapore.
    Any,
    /// Spaces, dashes or dots, all alike.
    Soft,
    /// Spaces.
    Spaces,
}

const fn grouping(sizes: &'static [usize], gaps: Gaps) -> Grouping {
    Grouping { sizes, gaps }
}

/// Fours with what is left over are the grouping of most cards, 4-6-5 that of American Express,
/// 4-6-4 that of Diners Club, 6-13 that of UnionPay; the last six are fours with a space
/// forgotten. Not here: 6-10, a postal code and a phone number in India; threes, phone numbers
/// and amounts everywhere.
pub(super) const GROUPINGS: [Grouping; 16] = [
    grouping(&[4, 4, 4, 4], Gaps::Any),
    grouping(&[4, 4, 4, 4, 1], Gaps::Any),
    grouping(&[4, 4, 4, 4, 2], Gaps::Any),
    grouping(&[4, 4, 4, 4, 3], Gaps::Any),
    grouping(&[4, 4, 4, 3], Gaps::Any),
    grouping(&[4, 4, 4, 2], Gaps::Any),
    grouping(&[4, 4, 4, 1], Gaps::Any),
    grouping(&[4, 6, 5], Gaps::Soft),
    grouping(&[4, 6, 4], Gaps::Soft),
    grouping(&[6, 13], Gaps::Soft),
    grouping(&[4, 4, 8], Gaps::Spaces),
    grouping(&[4, 8, 4], Gaps::Spaces),
    grouping(&[8, 4, 4], Gaps::Spaces),
    grouping(&[8, 8], Gaps::Spaces),
    grouping(&[4, 12], Gaps::Spaces),
    grouping(&[12, 4], Gaps::Spaces),
];

impl Grouping {
    /// The groups at the start of `row`, if they are of these sizes and belong together.
    fn of<'row>(&self, row: &'row [Group]) -> Option<&'row [Group]> {
        let groups = row.get(..self.sizes.len())?;
        let sizes_fit = groups.iter().zip(self.sizes).all(|(group, &size)| group.len() == size);
        let gaps_fit = || match self.gaps {
            Gaps::Any => are_alike(groups) || (are_soft(groups) && !are_halves(groups)),
            Gaps::Soft => are_alike(groups) && are_soft(groups),
            Gaps::Spaces => gaps(groups).all(|gap| matches!(gap, Gap::Space | Gap::Wrap)),
        };
        (sizes_fit && gaps_fit()).then_some(groups)
    }
}

/// The gaps inside a number: that before its first group is not its own.
fn gaps(groups: &[Group]) -> impl Iterator<Item = Gap> {
    groups.iter().skip(1).filter_map(|group| group.gap)
}

/// All gaps are the same. A line may be broken at any of them.
fn are_alike(groups: &[Group]) -> bool {
    let mut typed = gaps(groups).filter(|&gap| gap != Gap::Wrap);
    typed.next().is_none_or(|first| typed.all(|gap| gap == first))
}

fn are_soft(groups: &[Group]) -> bool {
    gaps(groups).all(Gap::is_soft)
}

fn are_halves(groups: &[Group]) -> bool {
    matches!(groups, [_, a, b, c, ..] if a.gap == c.gap && a.gap != b.gap)
}

struct Search<'text> {
    text: &'text Folded,
    known: &'text [&'text [Range<usize>]],
    /// Groups with nothing but gaps between them.
    row: Vec<Group>,
}

impl Search<'_> {
    fn row_holds_card(&self) -> bool {
        let phone_end = self.phone_end();
        (0..self.row.len()).any(|start| {
            let row = &self.row[start..];
            let unbroken = row.get(..1);
            let grouped = GROUPINGS.iter().filter_map(|grouping| grouping.of(row));
            unbroken
                .into_iter()
                .chain(grouped)
                .chain(self.evenly_spaced_from(start))
                .any(|groups| self.is_card(groups, phone_end))
        })
    }

    /// Where the phone number ends that the row begins with, if a plus sign stands before it:
    /// the last group within the 15 digits of E.164. "+" cannot stand inside a row.
    fn phone_end(&self) -> Option<usize> {
        let start = self.row.first()?.start;
        let plus = match self.text.before(start) {
            b' ' | b'(' => self.text.before(start - 1),
            mark => mark,
        };
        let mut digits = 0;
        let within = |group: &&Group| {
            digits += group.len();
            digits <= MAX_PHONE_DIGITS
        };
        let last = self.row.iter().take_while(within).last();
        last.filter(|_| plus == b'+').map(|group| group.end)
    }

    /// Single digits or pairs, from the first to the last of the row's stretch of them: part of
    /// such a row means nothing, or any list of days would hold a card.
    fn evenly_spaced_from(&self, start: usize) -> Option<&[Group]> {
        let size = self.row[start].len();
        let continues = start > 0 && self.row[start - 1].len() == size;
        if size > 2 || continues {
            return None;
        }
        let count = self.row[start..].iter().take_while(|group| group.len() == size).count();
        let groups = &self.row[start..start + count];
        let is_list = size == 2 && (!are_soft(groups) || self.ascends(groups));
        (count > 1 && are_alike(groups) && !is_list).then_some(groups)
    }

    fn ascends(&self, groups: &[Group]) -> bool {
        let value = |group: &Group| self.text.part(group.start..group.end);
        groups.is_sorted_by(|a, b| value(a) < value(b))
    }

    fn is_card(&self, groups: &[Group], phone_end: Option<usize>) -> bool {
        let ([first, ..], [.., last]) = (groups, groups) else {
            return false;
        };
        let count: usize = groups.iter().map(Group::len).sum();
        if !PAN_DIGITS.contains(&count) {
            return false;
        }
        let span = first.start..last.end;
        let marks = self.text.part(span.clone()).iter();
        let digits: Vec<u8> =
            marks.filter(|mark| mark.is_ascii_digit()).map(|m| m - b'0').collect();
        is_issued(&digits)
            && passes_luhn(&digits)
            && phone_end.is_none_or(|end| span.end > end)
            && !self.known.iter().any(|spans| lies_within(&span, spans))
            && !(groups.len() > 1 && is_list_of_fours(&digits))
            && !self.is_siret(&span, &digits)
            && !(groups.len() == 1 && self.is_id_in_link(span.start))
    }

    /// The number of a French establishment: 14 digits that pass Luhn, as do its first nine, the
    /// number of the company. The older ones begin like a Diners Club card.
    fn is_siret(&self, span: &Range<usize>, digits: &[u8]) -> bool {
        let label = self.text.part(span.start.saturating_sub(20)..span.start);
        digits.len() == 14
            && passes_luhn(&digits[..9])
            && label.windows(5).any(|word| word.eq_ignore_ascii_case(b"siret"))
    }

    /// Does the number stand in a link to one of [`HOSTS_WITH_LONG_IDS`]?
    fn is_id_in_link(&self, start: usize) -> bool {
        let before = self.text.part(start.saturating_sub(160)..start);
        let word = before.rsplit(|mark| b" \n<>\"()[]".contains(mark)).next().unwrap_or_default();
        let address = match word.windows(3).position(|marks| marks == b"://") {
            Some(scheme) => &word[scheme + 3..],
            None => word,
        };
        let Some(end) = address.iter().position(|&mark| mark == b'/') else {
            return false;
        };
        let host = address[..end].to_ascii_lowercase();
        HOSTS_WITH_LONG_IDS.iter().any(|known| {
            let subdomain = host.strip_suffix(known.as_bytes());
            subdomain.is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
        })
    }
}

/// Sites that number their pages with 15 to 19 digits, so that one link in forty would be taken
/// for a card; links to an event or a video are what requests are full of.
const HOSTS_WITH_LONG_IDS: [&str; 10] = [
    "discord.com",
    "facebook.com",
    "fb.com",
    "fb.me",
    "instagram.com",
    "tiktok.com",
    "twitter.com",
    "weibo.cn",
    "weibo.com",
    "x.com",
];

fn lies_within(span: &Range<usize>, known: &[Range<usize>]) -> bool {
    let reaching = known.partition_point(|other| other.end < span.end);
    known.get(reaching).is_some_and(|other| other.start <= span.start)
}

/// Digits that are a list when read by fours: set times ("2230 2345 0100 0130"), days with or
/// without the year ("2305 2505 …", "30042026 07052026"), or round amounts ("4500 5000 5500 …").
/// Hardly one card in a hundred thousand reads so.
fn is_list_of_fours(digits: &[u8]) -> bool {
    let (fours, []) = digits.as_chunks::<4>() else {
        return false;
    };
    let halves = |&[a, b, c, d]: &[u8; 4]| (a * 10 + b, c * 10 + d);
    let is_time =
        |four: &[u8; 4]| matches!(halves(four), (0..=24, 0..=59)) && four[3].is_multiple_of(5);
    let is_date = |four: &[u8; 4]| matches!(halves(four), (1..=31, 1..=12) | (19..=20, _));
    let is_round = |four: &[u8; 4]| four[0] != 0 && matches!(halves(four), (_, 0 | 50));
    fours.iter().all(is_time) || fours.iter().all(is_date) || fours.iter().all(is_round)
}

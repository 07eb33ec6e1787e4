//! A large file of artists with all the damage such files have, and the truth about it.
//!
//! The same seed gives the same bytes. Every name and id is new unless a line is meant to repeat
//! one, so that whatever else is taken for a duplicate is a mistake of the reader.

/// A file, and what a correct import makes of it.
pub struct DamagedFile {
    /// The file: UTF-8 but for the lines that are not, with a byte-order mark.
    pub bytes: Vec<u8>,
    /// How many artists it holds, each counted once.
    pub good_artists: usize,
    /// Line, counted from 1, and kind of everything to be refused, in order. Kinds that begin with
    /// `duplicate` are sound in themselves: only who knows the earlier lines can refuse them.
    pub bad_lines: Vec<(u64, &'static str)>,
}

const HEADER: &str =
    "artist_id,artist_name,genres,country,city,followers,monthly_listeners,popularity";

/// Makes a comma-separated file of at least that many lines, every 40th or so of them damaged.
pub fn damaged_artist_file(lines: usize, seed: u64) -> DamagedFile {
    let mut file = Writer::new(seed);
    file.bytes.extend_from_slice("\u{feff}".as_bytes());
    file.line_of(HEADER.as_bytes());
    let mut next_damage = 0;
    while file.line <= lines as u64 {
        match file.random.below(100) {
            0..2 => {
                DAMAGE[next_damage % DAMAGE.len()](&mut file);
                next_damage += 1;
                // Damage seldom comes alone, and two broken lines together break more than two.
                if file.random.below(4) == 0 {
                    let another = file.random.below(DAMAGE.len());
                    DAMAGE[another](&mut file);
                }
            }
            2..10 => {
                let odd = file.random.below(ODD_BUT_GOOD.len());
                ODD_BUT_GOOD[odd](&mut file);
            }
            _ => {
                let row = file.row();
                file.good(row);
            }
        }
    }
    DamagedFile { bytes: file.bytes, good_artists: file.good_artists, bad_lines: file.bad_lines }
}

/// The cells of a record as they stand in the file, quotes included.
type Row = [String; 8];

const ID: usize = 0;
const NAME: usize = 1;
const GENRES: usize = 2;
const COUNTRY: usize = 3;
const CITY: usize = 4;
const FOLLOWERS: usize = 5;
const LISTENERS: usize = 6;
const POPULARITY: usize = 7;

/// What is unusual and still sound.
const ODD_BUT_GOOD: [fn(&mut Writer); 24] = [
    |file| file.line_of(b""),
    |file| file.line_of(b"   "),
    |file| file.line_of(b",,,,,,,"),
    |file| file.good_with(NAME, |n| format!("ليل {n}")),
    |file| file.good_with(NAME, |n| format!("שירת {n}")),
    |file| file.good_with(NAME, |n| format!("Ночь {n}")),
    |file| file.good_with(NAME, |n| format!("夜の街 {n}")),
    |file| file.good_with(NAME, |n| format!("\u{202e}Ruun {n}\u{202c}")),
    |file| file.good_with(NAME, |n| format!("\u{2067}רוח {n}\u{2069}")),
    |file| file.good_with(NAME, |n| format!("O\u{308}o\u{308}  \u{a0}{n}\u{feff}")),
    |file| file.good_with(NAME, |n| format!("\"Sild, Kala & {n}\"")),
    |file| file.good_with(NAME, |n| format!("\"The \"\"{n}\"\" Trio\"")),
    |file| file.good_with(NAME, |n| format!("Twelve {n}\"")),
    |file| file.good_with(GENRES, |_| "\"['deep house'\n 'techno']\"".to_owned()),
    |file| file.good_with(GENRES, |_| "\"[\"\"children's music\"\", \"\"folk\"\"]\"".to_owned()),
    |file| file.good_with(GENRES, |_| "house;techno".to_owned()),
    |file| file.good_with(COUNTRY, |_| "null".to_owned()),
    |file| file.good_with(CITY, |_| "N/A".to_owned()),
    |file| file.good_with(FOLLOWERS, |_| "48.2K".to_owned()),
    |file| file.good_with(FOLLOWERS, |_| "\"12,345\"".to_owned()),
    |file| file.good_with(LISTENERS, |_| "1.2e6".to_owned()),
    |file| file.good_with(LISTENERS, |_| "1 234".to_owned()),
    |file| file.good_with(POPULARITY, |_| "57.0,,".to_owned()),
    // Two files joined, each with its mark.
    |file| file.good_with(ID, |n| format!("\u{feff}\"joined-{n}\"")),
];

/// What is to be refused.
const DAMAGE: [fn(&mut Writer); 44] = [
    |file| file.bad("stray line", b"# exported by the booking desk"),
    |file| file.bad("stray line", b"Total: 1,203 artists"),
    |file| file.bad("stray line", b"\x1a"),
    |file| file.bad("repeated header", HEADER.as_bytes()),
    Writer::merge_conflict,
    Writer::too_few_columns,
    |file| file.bad_with("too many columns", NAME, |name| format!("{name}, The")),
    |file| file.bad_with("too many columns", POPULARITY, |score| format!("{score},extra")),
    |file| file.unclosed_quote(NAME),
    |file| file.unclosed_quote(GENRES),
    |file| file.unclosed_quote(CITY),
    |file| file.unclosed_quote(POPULARITY),
    |file| file.bad_with("text after quote", NAME, |name| format!("\"{name}\" Al")),
    |file| file.bad("line too long", &[b'x'; 70_000]),
    |file| file.bad_with("name too long", NAME, |name| format!("{name} {}", "long".repeat(75))),
    |file| file.bad_with("control character", NAME, |name| format!("{name}\u{7}")),
    |file| file.bad_with("control character", CITY, |city| format!("\u{1b}[31m{city}")),
    |file| file.bad_with("NUL", NAME, |name| format!("{name}\0{name}")),
    |file| file.bad_with("NUL", FOLLOWERS, |number| format!("{number}\0")),
    |file| file.bad_with("HTML", NAME, |name| format!("<b>{name}</b>")),
    |file| file.bad_with("HTML", NAME, |name| format!("{name} &amp; Pojad")),
    |file| file.bad_with("HTML", NAME, |name| format!("<script>alert('{name}')</script>")),
    |file| file.bad_with("empty name", NAME, |_| String::new()),
    |file| file.bad_with("empty name", NAME, |_| "\" \u{200b}\u{202a}\"".to_owned()),
    |file| file.bad_with("empty name", NAME, |_| "NaN".to_owned()),
    |file| file.bad_with("empty name", NAME, |_| "\\N".to_owned()),
    |file| file.bad_with("address as name", NAME, |_| "https://sild.example/".to_owned()),
    |file| file.bad_with("garbled name", NAME, |name| format!("{name} Ã–Ã¶")),
    |file| file.bad_with("garbled name", NAME, |name| format!("{name} \u{fffd}")),
    |file| file.bad_with("negative number", FOLLOWERS, |number| format!("-{number}1")),
    |file| file.bad_with("fraction", FOLLOWERS, |_| "12.7".to_owned()),
    |file| file.bad_with("infinity", LISTENERS, |_| "inf".to_owned()),
    |file| file.bad_with("too large", LISTENERS, |_| "1e12".to_owned()),
    |file| file.bad_with("percentage", POPULARITY, |_| "57%".to_owned()),
    |file| file.bad_with("out of range", POPULARITY, |_| "101".to_owned()),
    |file| file.bad_with("not a number", LISTENERS, |_| "\"12,34\"".to_owned()),
    |file| file.bad_with("not a number", FOLLOWERS, |_| "many".to_owned()),
    |file| file.bad_with("broken list", GENRES, |_| "\"['techno', 'hou\"".to_owned()),
    |file| file.bad_with("broken list", GENRES, |_| "['rock 'n' roll']".to_owned()),
    |file| file.bad_with("unknown country", COUNTRY, |_| "Atlantis".to_owned()),
    |file| file.bad_with("malformed id", ID, |id| format!("{id} {id}")),
    Writer::invalid_utf8,
    |file| file.duplicate("duplicate id", ID),
    |file| file.duplicate("duplicate slug", NAME),
];

struct Writer {
    bytes: Vec<u8>,
    /// The number of the line that is written next.
    line: u64,
    random: Random,
    /// How many rows have been made up; each has a name and an id of its own.
    rows: u64,
    good_artists: usize,
    bad_lines: Vec<(u64, &'static str)>,
    /// Some of the good rows, to be repeated.
    earlier: Vec<Row>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        Writer {
            bytes: Vec::new(),
            line: 1,
            random: Random(seed),
            rows: 0,
            good_artists: 0,
            bad_lines: Vec::new(),
            earlier: Vec::new(),
        }
    }

    /// Makes up a row that is sound in every cell.
    fn row(&mut self) -> Row {
        self.rows += 1;
        let word = unique_word(self.rows);
        let second = self.random.one_of(&["Sound", "Kvartett", "& the Pines", "Öö", "DJ Set", ""]);
        let genres = self.random.one_of(&[
            "\"['deep house', 'techno']\"",
            "['ambient']",
            "[]",
            "\"['drum and bass', \"\"children's music\"\", 'folk']\"",
            "\"['estonian pop', 'indie']\"",
        ]);
        let country = self.random.one_of(&["EE", "DE", "GB", "BR", "JP", "Estonia", "Germany", ""]);
        let city =
            self.random.one_of(&["Tartu", "Köln", "São Paulo", "\"Bath, Somerset\"", "大阪"]);
        let listeners = self.random.below(3_000_000);
        [
            self.spotify_like_id(),
            format!("{word} {second}").trim_end().to_owned(),
            genres.to_owned(),
            country.to_owned(),
            city.to_owned(),
            (listeners / 3).to_string(),
            listeners.to_string(),
            self.random.below(101).to_string(),
        ]
    }

    /// 22 letters and digits; the number of the row is in them, so no two are the same.
    fn spotify_like_id(&mut self) -> String {
        let random: String =
            (0..14).map(|_| char::from(b"0aB1cD2eF3gH4iJ5kL6m"[self.random.below(20)])).collect();
        format!("{random}{:08}", self.rows)
    }

    fn line_of(&mut self, content: &[u8]) {
        self.bytes.extend_from_slice(content);
        let breaks_within = content.iter().filter(|&&b| b == b'\n').count() as u64;
        self.line += 1 + breaks_within;
        // Stretches of the file come from different systems, single lines from older ones. A blank
        // line must not lend its LF to the CR before it.
        let from_windows = self.line / 500 % 2 == 1;
        let end = match self.random.below(200) {
            0 if !content.is_empty() => "\r",
            _ if from_windows || content.is_empty() => "\r\n",
            _ => "\n",
        };
        self.bytes.extend_from_slice(end.as_bytes());
    }

    fn good(&mut self, row: Row) {
        self.line_of(row.join(",").as_bytes());
        self.good_artists += 1;
        if self.random.below(50) == 0 {
            self.earlier.push(row);
        }
    }

    /// A good row with one cell made from a number that is in no other row.
    fn good_with(&mut self, column: usize, cell: impl Fn(u64) -> String) {
        let mut row = self.row();
        row[column] = cell(self.rows);
        self.good(row);
    }

    fn bad(&mut self, kind: &'static str, content: &[u8]) {
        self.bad_lines.push((self.line, kind));
        self.line_of(content);
    }

    /// A row with one cell changed for the worse.
    fn bad_with(&mut self, kind: &'static str, column: usize, damage: impl Fn(&str) -> String) {
        let mut row = self.row();
        row[column] = damage(&row[column]);
        self.bad(kind, row.join(",").as_bytes());
    }

    fn too_few_columns(&mut self) {
        let row = self.row();
        let kept = 1 + self.random.below(row.len() - 1);
        self.bad("too few columns", row[..kept].join(",").as_bytes());
    }

    /// A quote that opens a cell and is missing at its end.
    fn unclosed_quote(&mut self, column: usize) {
        let mut row = self.row();
        row[CITY] = "Tartu".to_owned();
        // Half of the time no later quote on the line, so that the lines after it are at stake.
        if column == GENRES || self.random.below(2) == 0 {
            row[GENRES] = "['techno']".to_owned();
        }
        row[column] = format!("\"{}", row[column]);
        self.bad("unclosed quote", row.join(",").as_bytes());
    }

    fn invalid_utf8(&mut self) {
        let mut row = self.row();
        row[NAME].push_str(" Bj?rn");
        let mut content = row.join(",").into_bytes();
        for byte in content.iter_mut().filter(|byte| **byte == b'?') {
            // ö in Latin-1.
            *byte = 0xf6;
        }
        self.bad("invalid UTF-8", &content);
    }

    /// Both versions of a row, with the lines that Git puts around them.
    fn merge_conflict(&mut self) {
        let ours = self.row();
        let mut theirs = ours.clone();
        theirs[FOLLOWERS].push('0');
        self.bad("conflict marker", b"<<<<<<< HEAD");
        self.good(ours);
        self.bad("conflict marker", b"=======");
        self.bad("duplicate id", theirs.join(",").as_bytes());
        self.bad("conflict marker", b">>>>>>> figures-of-november");
    }

    /// A new row that shares one cell with an earlier one.
    fn duplicate(&mut self, kind: &'static str, column: usize) {
        if self.earlier.is_empty() {
            return;
        }
        let first = self.random.below(self.earlier.len());
        let mut row = self.row();
        row[column].clone_from(&self.earlier[first][column]);
        self.bad(kind, row.join(",").as_bytes());
    }
}

/// A word in syllables that spell the number, so that no two numbers share one.
fn unique_word(number: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mi", "ru", "se", "ta", "vo", "ni", "pu", "re", "so", "da", "be", "ha", "ju",
        "le",
    ];
    let mut rest = number;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    word[..1].to_uppercase() + &word[1..]
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

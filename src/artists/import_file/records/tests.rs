use super::{Broken, MAX_BYTES, Records};

/// Line, and fields between `·` or the damage, of each record.
fn read(text: impl AsRef<[u8]>) -> Vec<(u64, Result<String, Broken>)> {
    let mut records = Records::new(text.as_ref());
    std::iter::from_fn(|| records.next().unwrap())
        .map(|record| {
            let joined = record.fields.map(|fields| {
                let texts: Vec<_> = fields.iter().map(|f| String::from_utf8_lossy(f)).collect();
                texts.join("·")
            });
            (record.line, joined)
        })
        .collect()
}

fn whole(line: u64, fields: &str) -> (u64, Result<String, Broken>) {
    (line, Ok(fields.to_owned()))
}

#[test]
fn lines_end_in_every_way_and_are_counted_as_an_editor_counts_them() {
    let expected = [whole(1, "a·b"), whole(2, "c"), whole(3, "d"), whole(5, "e"), whole(7, "f")];
    assert_eq!(read("a,b\nc\r\nd\r\r\ne\n\nf"), expected);
    assert_eq!(read("a\n"), [whole(1, "a")]);
    assert_eq!(read(""), []);
    assert_eq!(read("\r\n \r\n"), []);
}

#[test]
fn quotes_hold_delimiters_quotes_and_line_breaks() {
    assert_eq!(
        read("a,\"b,\"\"c\"\"\",d\n\"e\r\nf\" , \"g\"\nh"),
        [whole(1, "a·b,\"c\"·d"), whole(2, "e\nf·g"), whole(4, "h"),]
    );
    assert_eq!(read("Seven 12\",Al \"K\" B"), [whole(1, "Seven 12\"·Al \"K\" B")]);
}

#[test]
fn well_formed_text_is_split_as_the_csv_crate_splits_it() {
    let text = "a,b,c\n\"x,1\",\"y \"\"q\"\"\",\nplain,with \"inner\" quote,\"two\nlines\"\n,,\n\"\",z,\"\"\"\"\n";
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let theirs: Vec<Vec<String>> =
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    let ours: Vec<Vec<String>> = read(text)
        .into_iter()
        .map(|(_, fields)| fields.unwrap().split('·').map(str::to_owned).collect())
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn a_quote_that_never_closes_costs_its_own_line_only() {
    let unclosed = |line, column| (line, Err(Broken::UnclosedQuote { column }));
    assert_eq!(read("a,\"b\nc,d\ne,f"), [unclosed(1, 1), whole(2, "c·d"), whole(3, "e·f")]);
    assert_eq!(read("a,\"b\nc,\"d\"\n"), [unclosed(1, 1), whole(2, "c·d")]);
    let long = format!("\"a\n{}", "b,c\n".repeat(1_000));
    let records = read(&long);
    assert_eq!(records.len(), 1_001);
    assert_eq!(records[..2], [unclosed(1, 0), whole(2, "b·c")]);
    let wide = format!("\"a\n{}\n\"\n", "x".repeat(MAX_BYTES - 1));
    assert_eq!(read(&wide)[0], unclosed(1, 0));
    assert_eq!(read("\"\n".repeat(7)).last(), Some(&unclosed(7, 0)));
}

#[test]
fn text_behind_a_closing_quote_is_damage_of_its_line() {
    let damaged = (1, Err(Broken::TextAfterQuote { column: 1 }));
    assert_eq!(read("a,\"Odd\" Al,b\nc,d"), [damaged, whole(2, "c·d")]);
}

#[test]
fn a_line_without_end_is_cut_and_the_next_one_is_read() {
    let text = format!("{}\nb\n\"c\n{}", "a".repeat(MAX_BYTES * 3), "d".repeat(MAX_BYTES + 1));
    assert_eq!(
        read(&text),
        [
            (1, Err(Broken::TooLong)),
            whole(2, "b"),
            (3, Err(Broken::UnclosedQuote { column: 0 })),
            (4, Err(Broken::TooLong)),
        ]
    );
    assert_eq!(read("a".repeat(MAX_BYTES)), [whole(1, &"a".repeat(MAX_BYTES))]);
}

#[test]
fn conflict_markers_and_marks_of_joined_files_are_known() {
    let marker = |line| (line, Err(Broken::ConflictMarker));
    assert_eq!(
        read("<<<<<<< HEAD\na\n=======\n\u{feff}\"b\"\n>>>>>>> x\n========\n"),
        [marker(1), whole(2, "a"), marker(3), whole(4, "b"), marker(5), whole(6, "========"),]
    );
}

/// Gives one byte at a time, and is interrupted before each.
struct Trickle<'a>(&'a [u8], bool);

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        let Some((&byte, rest)) = self.0.split_first() else {
            return Ok(0);
        };
        self.0 = rest;
        buffer[0] = byte;
        Ok(1)
    }
}

#[test]
fn a_slow_source_gives_the_same_records() {
    let text = "a,b\r\n\"c\r\nd\",e\r\rf\n";
    let mut records = Records::new(Trickle(text.as_bytes(), false));
    let lines: Vec<u64> =
        std::iter::from_fn(|| records.next().unwrap()).map(|record| record.line).collect();
    assert_eq!(lines, read(text).iter().map(|(line, _)| *line).collect::<Vec<_>>());
    assert_eq!(lines, [1, 2, 5]);
}

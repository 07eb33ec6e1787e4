//! Whole files, as they come.

use super::{FileError, MapRule, ParsedArtist, Rows};

const HEADER: &str =
    "artist_id,artist_name,genres,country,city,followers,monthly_listeners,popularity\n";

fn country(text: &str) -> Option<String> {
    matches!(text, "EE" | "Estonia").then(|| "EE".to_owned())
}

fn open<'a>(text: &'a [u8], rules: &[&str]) -> Result<Rows<'static, &'a [u8]>, FileError> {
    let rules: Vec<MapRule> = rules.iter().map(|rule| rule.parse().unwrap()).collect();
    Rows::open(text, &rules, &country)
}

/// One line for each row: the name, or the errors.
fn read(text: impl AsRef<[u8]>, rules: &[&str]) -> Vec<String> {
    let rows = open(text.as_ref(), rules).unwrap();
    rows.map(|row| {
        let row = row.unwrap();
        match row.outcome {
            Ok(artist) => format!("line {}: {}", row.line, artist.name),
            Err(errors) => {
                assert!(!errors.is_empty() && errors.iter().all(|error| error.line == row.line));
                errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
        }
    })
    .collect()
}

fn artists(text: &str) -> Vec<ParsedArtist> {
    open(text.as_bytes(), &[]).unwrap().map(|row| row.unwrap().outcome.unwrap()).collect()
}

#[test]
fn a_record_becomes_an_artist() {
    let text = "\u{feff}spotify_id;mbid;name;slug;genres;country;city;followers;listeners;popularity;website;bio\r\n\
        0aBcDeFgHiJkLmNoPqRsT9;;\"Kaja; Mets\";kaja-mets;\"['deep house', 'techno']\";Estonia;Tartu;12,345;48.2K;57;\
        https://kaja.example https://mets.example/;\"Two\n\nparagraphs\"\r\n\
        -;n/a;Teine;;house|techno;;None;NaN;\\N;;;\r\n";
    let text = text.replace("12,345", "\"12,345\"");
    assert_eq!(
        artists(&text),
        [
            ParsedArtist {
                name: "Kaja; Mets".to_owned(),
                slug: Some("kaja-mets".to_owned()),
                genres: vec!["deep house".to_owned(), "techno".to_owned()],
                country: Some("EE".to_owned()),
                city: Some("Tartu".to_owned()),
                followers: Some(12_345),
                monthly_listeners: Some(48_200),
                popularity: Some(57),
                external_ids: vec![("spotify".to_owned(), "0aBcDeFgHiJkLmNoPqRsT9".to_owned())],
                links: vec!["https://kaja.example/".to_owned(), "https://mets.example/".to_owned()],
            },
            ParsedArtist {
                name: "Teine".to_owned(),
                genres: vec!["house".to_owned(), "techno".to_owned()],
                ..ParsedArtist::default()
            },
        ]
    );
}

#[test]
fn delimiter_and_header_are_found() {
    for (text, delimiter) in [
        ("name,city\nA,Tartu\n", ','),
        ("name;city\nA, B;Tartu\n", ';'),
        ("name\tcity\nA\tTartu\n", '\t'),
        ("name|city\nA|Tartu\n", '|'),
        ("sep=;\nname;city\nA;Tartu\n", ';'),
        ("\n\"name\"; \"city\"\nA;Tartu\n", ';'),
        ("\"Artist\nname\",City\nA,Tartu\n", ','),
        ("name\nA\n", ','),
    ] {
        let rows = open(text.as_bytes(), &[]).unwrap();
        assert_eq!(rows.delimiter(), delimiter, "{text:?}");
        assert_eq!(rows.filter(|row| row.as_ref().unwrap().outcome.is_ok()).count(), 1, "{text:?}");
    }
}

#[test]
fn lines_before_the_header_are_reported() {
    let text = "Exported 2026-11-01\n\"by\n<<<<<<< HEAD\nname,city,country\nA,Tartu,EE\n";
    assert_eq!(
        read(text, &[]),
        [
            "line 1: a stray line before the header",
            "line 2, name: a quote opens here and is not closed on this line",
            "line 3: a conflict marker of Git: the lines around it may be two versions of one",
            "line 5: A",
        ]
    );
}

#[test]
fn a_file_without_a_header_needs_positions() {
    let text = "1,Kaja,country\n2,Genre,house\n";
    let error = open(text.as_bytes(), &[]).err().unwrap();
    assert!(
        matches!(&error, FileError::NoNameColumn { found } if found == &["1", "Kaja", "country"])
    );
    assert!(error.to_string().contains("--map 2=name"));
    let rules = ["2=name", "3=genres", "1=id"];
    assert_eq!(read(text, &rules), ["line 1: Kaja", "line 2: Genre"]);
    assert_eq!(read(format!("no,who,genres\n{text}"), &rules), ["line 2: Kaja", "line 3: Genre"]);
    assert!(matches!(open(text.as_bytes(), &["9=name"]), Err(FileError::NoSuchColumn { .. })));
    assert!(matches!(open(text.as_bytes(), &["who=name"]), Err(FileError::NoSuchColumn { .. })));
    assert_eq!(
        read("-5,Kaja\n", &["2=name", "1=followers"]),
        ["line 1, column 1: \"-5\" is negative"]
    );
}

#[test]
fn a_file_that_is_no_text_is_refused_as_a_whole() {
    let utf16: Vec<u8> = "name,city\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&utf16[..], &[&b"\xff\xfe"[..], &utf16].concat(), b"\xfe\xff\0n", &[0; 90]] {
        assert!(matches!(open(bytes, &[]), Err(FileError::Utf16)));
    }
    for bytes in [&b"PK\x03\x04..."[..], b"\x1f\x8b..."] {
        assert!(matches!(open(bytes, &[]), Err(FileError::OtherFormat(_))));
    }
    for bytes in [&b""[..], b"\n \n", b"\xef\xbb\xbf", b"=======\n"] {
        assert!(matches!(open(bytes, &[]), Err(FileError::Empty)));
    }
}

#[test]
fn damage_is_reported_where_it_is_and_costs_nothing_else() {
    let good = "17,Kaja,\"['a', 'b']\",EE,Tartu,1,2,3\n";
    for (damaged, report) in [
        ("stray\n", "line 3: 1 column instead of 8"),
        ("1,A,[],EE\n", "line 3: 4 columns instead of 8"),
        ("1,A, B,[],EE,x,1,2,3\n", "line 3: 9 columns instead of 8"),
        (HEADER, "line 3: the header once more"),
        ("1,,[],EE,x,1,2,3\n", "line 3, artist_name: the name is empty"),
        (
            "1,\"A,[],EE,x,1,2,3\n",
            "line 3, artist_name: a quote opens here and is not closed on this line",
        ),
        (
            "1,A,[],EE,x,1,2,\"3\n",
            "line 3, popularity: a quote opens here and is not closed on this line",
        ),
        (
            "1,\"A\" B,[],EE,x,1,2,3\n",
            "line 3, artist_name: text after a closing quote; a quote within quotes is doubled",
        ),
        ("1,A,['a,EE,x,1,2,3\n", "line 3, genres: \"['a\" is not a well-formed list"),
        (
            "1,A,[],XX,x,-1,2.5,101\n",
            "line 3, country: \"XX\" is not a country; \
            line 3, followers: \"-1\" is negative; \
            line 3, monthly_listeners: \"2.5\" is not a whole number; \
            line 3, popularity: \"101\" is not between 0 and 100",
        ),
    ] {
        let text = format!("{HEADER}{good}{damaged}{good}");
        assert_eq!(read(&text, &[]), ["line 2: Kaja", report, "line 4: Kaja"], "{damaged}");
    }
    let latin1 = [HEADER.as_bytes(), b"1,Bj\xf6rn,[],EE,x,1,2,3\n", good.as_bytes()].concat();
    let report = ["line 2, artist_name: is not UTF-8: byte 0xF6", "line 3: Kaja"];
    assert_eq!(read(latin1, &[]), report);
}

#[test]
fn two_stray_quotes_that_meet_are_not_taken_for_one_record() {
    let unclosed = "line 2, bio: a quote opens here and is not closed on this line";
    let text = "name,city,country,bio\nA,Tartu,EE,\"x\nB,Narva,EE,y\nC,Tartu,EE,z\"\nD,,,\n";
    assert_eq!(read(text, &[]), [unclosed, "line 3: B", "line 4: C", "line 5: D"]);
    let text = "id,name,city\n1,\"A,Tartu\n2,Seven 12\",Narva\n3,C,\n";
    let unclosed = "line 2, name: a quote opens here and is not closed on this line";
    assert_eq!(read(text, &[]), [unclosed, "line 3: Seven 12\"", "line 4: C"]);
}

#[test]
fn empty_cells_and_rows_of_a_spreadsheet_are_nothing() {
    let expected = ["line 2: A", "line 6: B", "line 7: 3 columns instead of 2"];
    assert_eq!(read("name,city,,\nA,Tartu,,\n,\n , ,\n\nB,\nC,,x\n", &[]), expected);
}

#[test]
fn two_ids_of_one_catalogue_must_agree() {
    let id = "0aBcDeFgHiJkLmNoPqRsT9";
    let agreeing = format!("spotify_id,uri,name\n{id},spotify:artist:{id},A\n");
    assert_eq!(artists(&agreeing)[0].external_ids, [("spotify".to_owned(), id.to_owned())]);
    let other = format!("spotify_id,uri,name\n{id},spotify:artist:{},A\n", "x".repeat(22));
    assert!(read(other, &[])[0].contains("contradicts the other id of spotify"));
}

#[test]
fn a_source_that_fails_is_not_taken_for_the_end() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("gone"))
        }
    }
    use std::io::Read;
    let lines = format!("name\n{}", "A\n".repeat(2_000));
    let rows = Rows::open(lines.as_bytes().chain(Failing), &[], &country).unwrap();
    let outcomes: Vec<_> = rows.collect();
    assert!(outcomes.len() > 1_000);
    assert_eq!(outcomes.iter().filter(|row| row.is_err()).count(), 1);
    assert!(outcomes.last().unwrap().is_err());
}

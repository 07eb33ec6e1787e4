use std::collections::HashSet;

use super::*;

fn slugs() -> impl Iterator<Item = String> {
    let odd = ["", "a", "ōkami", "a-very-long-name-".repeat(20).as_str()].map(String::from);
    odd.into_iter().chain((0..4_000).map(|n| format!("act-{n}")))
}

/// How much lighter one colour is than another, as WCAG 2.2 defines contrast.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("two hex digits");
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

#[test]
fn a_cover_never_changes() {
    let covers: String = slugs().map(|slug| cover_svg(&slug).to_string()).collect();
    let fingerprint = Dice::of(&covers).0;
    assert_eq!(
        fingerprint, 0x484b_3c19_1371_3008,
        "every act without a photo gets a new cover: is that meant?"
    );
}

#[test]
fn covers_hold_nothing_but_plain_shapes_in_plain_attributes() {
    const ELEMENTS: [&str; 3] = ["g", "rect", "path"];
    const ATTRIBUTES: &str =
        " width height fill fill-rule stroke stroke-width stroke-linecap transform d ";
    for slug in slugs() {
        let drawing = draw(&slug);
        let mut groups = 0;
        for tag in drawing.strip_suffix('>').expect("a last tag").split(">") {
            let tag = tag.strip_prefix('<').expect("nothing between the tags");
            if tag == "/g" {
                groups -= 1;
                assert!(groups >= 0, "{drawing}");
                continue;
            }
            let name = tag.split(' ').next().expect("a name");
            assert!(ELEMENTS.contains(&name), "<{tag}>");
            assert_eq!(name == "g", !tag.ends_with('/'), "<{tag}>");
            groups += i32::from(name == "g");

            let attributes = tag.trim_start_matches(name).trim_end_matches('/');
            let parts: Vec<&str> = attributes.split_terminator('"').collect();
            for pair in parts.chunks(2) {
                let [attribute, value] = pair else { panic!("odd quotes in <{tag}>") };
                let attribute = attribute.replace('=', " ");
                assert!(ATTRIBUTES.contains(&attribute), "{attribute}in <{tag}>");
                assert!(!value.is_empty(), "<{tag}>");
            }
        }
        assert_eq!(groups, 0, "{drawing}");
    }
}

#[test]
fn the_page_and_the_file_show_the_same_picture() {
    let inside = |svg: &str| svg.trim_end().split_once('>').map(|(_, rest)| rest.to_owned());
    for slug in slugs().take(50) {
        assert_eq!(inside(&cover_svg(&slug)), inside(&cover_document(&slug)));
    }
    assert!(cover_svg("night-ferry").starts_with("<svg viewBox=\"0 0 200 200\" aria-hidden"));
    assert!(cover_document("night-ferry").starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
}

#[test]
fn a_list_of_covers_stays_light() {
    let sizes: Vec<usize> = slugs().map(|slug| cover_svg(&slug).len()).collect();
    assert!(sizes.iter().all(|size| *size <= 2_000), "{:?}", sizes.iter().max());
    assert!(sizes.iter().sum::<usize>() / sizes.len() <= 900);
}

#[test]
fn hardly_two_acts_share_a_cover() {
    let all = slugs().count();
    let different = slugs().map(|slug| cover_svg(&slug)).collect::<HashSet<_>>().len();
    assert!(different * 100 >= all * 97, "{different} of {all}");
}

#[test]
fn every_palette_is_in_use() {
    let ground = |slug: String| draw(&slug).split('"').nth(5).map(str::to_owned);
    assert_eq!(slugs().map(ground).collect::<HashSet<_>>().len(), PALETTES.len());
}

#[test]
fn inks_stand_out_from_their_ground_and_grounds_from_the_paper() {
    for Palette { ground, ink, accent } in PALETTES {
        assert!(contrast(ground, ink) >= 3.5, "{ink} on {ground}");
        assert!(contrast(ground, accent) >= 1.5, "{accent} on {ground}");
        assert!(contrast(ground, "#fbfaf6") >= 1.3, "{ground} on light paper");
        assert!(contrast(ground, "#141310") >= 1.3, "{ground} on dark paper");
    }
}

#[test]
fn sines_are_close_to_the_truth() {
    for degrees in -720..=720 {
        let truth = f64::from(degrees).to_radians().sin() * 1000.0;
        let error = (f64::from(families::sine(degrees)) - truth).abs();
        assert!(error < 2.5, "{degrees}: {error}");
    }
}

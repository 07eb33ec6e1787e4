//! The families of covers: each a small poster in two or three inks, bold enough to be told apart
//! at 64 pixels.

use super::{Dice, Palette};

type Family = fn(&mut Dice, &Palette) -> String;

pub(super) const FAMILIES: [Family; 10] =
    [strings, waves, ripples, discs, tiles, rays, pulse, contours, arches, halftone];

/// A string under tension, drawn at every moment of its swing: the fundamental or an overtone.
fn strings(dice: &mut Dice, palette: &Palette) -> String {
    let bellies = dice.between(1, 3);
    let swing = dice.between(170, 200);
    let turn = dice.pick(&[0, 90, 45, -45]);
    // Long enough that the ends stay outside the frame, on the diagonal too.
    let (from, length) = if turn % 90 == 0 { (-6, 212) } else { (-42, 284) };
    let belly = length / bellies;
    let string = |height: i32| {
        let more = format!("t{belly} 0").repeat(bellies as usize - 1);
        format!("M{from} 100q{} {height} {belly} 0{more}", belly / 2)
    };
    let moments = dice.between(4, 6);
    let swings: String =
        (-moments..=moments).map(|moment| string(swing * moment / moments)).collect();
    let struck = string(swing * dice.between(1 - moments, moments - 1) / moments);
    format!(
        "<g fill=\"none\" transform=\"rotate({turn} 100 100)\">\
         <path d=\"{swings}\" stroke=\"{}\" stroke-width=\"3\"/>\
         <path d=\"{struck}\" stroke=\"{}\" stroke-width=\"8\"/></g>",
        palette.ink, palette.accent,
    )
}

/// A swell in flat bands under a sun or a moon.
fn waves(dice: &mut Dice, palette: &Palette) -> String {
    let sun = circle(dice.between(50, 150), dice.between(54, 76), dice.between(28, 44));
    let mut picture = filled(&sun, palette.accent);
    let bands = dice.between(4, 6);
    let half = dice.pick(&[50, 67, 100]);
    // The swell may touch the next band but not cut through it, or the sea falls into islands.
    let depth = 116 / bands;
    let crest = dice.between(depth * 2 / 3, depth);
    let drift = dice.between(15, half - 15);
    for band in 0..bands {
        let top = 92 + depth * band;
        let from = -(drift * band) % (2 * half);
        let fill = [palette.ink, palette.ground, palette.ink, palette.accent][band as usize % 4];
        let swell = format!("t{half} 0").repeat(((200 - from) / half) as usize);
        let sea = format!("M{from} {top}q{}-{crest} {half} 0{swell}V200H{from}z", half / 2);
        picture.push_str(&filled(&sea, fill));
    }
    picture
}

/// Two stones in the water: rings around two centres that turn to the other colour where they
/// cross.
fn ripples(dice: &mut Dice, palette: &Palette) -> String {
    let gap = dice.between(12, 20);
    let far = dice.between(2, 4) * gap / 2;
    let turn = dice.pick(&[0, 45, 90, 135]);
    let centres = [100 - far, 100 + far];
    let rings: String =
        centres.iter().flat_map(|x| (1..=6).map(move |ring| circle(*x, 100, ring * gap))).collect();
    let stone = circle(dice.pick(&centres), 100, gap);
    format!(
        "<g transform=\"rotate({turn} 100 100)\"><path d=\"{rings}\" fill=\"{}\" \
         fill-rule=\"evenodd\"/>{}</g>",
        palette.ink,
        filled(&stone, palette.accent),
    )
}

/// Two big discs that let the paper through where they meet, and a small one, on them or apart.
fn discs(dice: &mut Dice, palette: &Palette) -> String {
    let turn = 45 * dice.between(0, 7);
    let (large, small) = dice.pick(&[(60, 60), (66, 46), (52, 70)]);
    let overlap = dice.between(18, 44);
    let (left, right) = (100 - large + overlap / 2, 100 + small - overlap / 2);
    let third = dice.between(16, 24);
    let (x, y) = dice.pick(&[(left, 100), (right, 100), (100, 100 - third - large)]);
    format!(
        "<g transform=\"rotate({turn} 100 100)\"><path d=\"{}{}\" fill=\"{}\" \
         fill-rule=\"evenodd\"/>{}</g>",
        circle(left, 100, large),
        circle(right, 100, small),
        palette.ink,
        filled(&circle(x, y, third), palette.accent),
    )
}

/// Quarter circles and squares on a grid, like a tiled floor.
fn tiles(dice: &mut Dice, palette: &Palette) -> String {
    let side = dice.pick(&[40, 50]);
    let (mut drawing, mut accents) = (String::new(), String::new());
    for y in (0..200).step_by(side as usize) {
        for x in (0..200).step_by(side as usize) {
            let (right, below) = (x + side, y + side);
            let tile = match dice.between(0, 11) {
                0 | 1 => format!("M{x} {y}h{side}a{side} {side} 0 0 1-{side} {side}z"),
                2 | 3 => format!("M{right} {y}v{side}a{side} {side} 0 0 1-{side}-{side}z"),
                4 | 5 => format!("M{right} {below}h-{side}a{side} {side} 0 0 1 {side}-{side}z"),
                6 | 7 => format!("M{x} {below}v-{side}a{side} {side} 0 0 1 {side} {side}z"),
                8 => format!("M{x} {y}h{side}v{side}h-{side}z"),
                9 => circle(x + side / 2, y + side / 2, side / 2),
                _ => continue,
            };
            let layer = if dice.one_in(3) { &mut accents } else { &mut drawing };
            layer.push_str(&tile);
        }
    }
    filled(&drawing, palette.ink) + &filled(&accents, palette.accent)
}

/// Beams from a lamp at the edge of the picture, or in its middle.
fn rays(dice: &mut Dice, palette: &Palette) -> String {
    let x = dice.pick(&[0, 100, 200]);
    let y = if x == 100 { dice.pick(&[100, 200]) } else { dice.pick(&[0, 200]) };
    let wide = dice.pick(&[12, 15, 18, 24]);
    let loud = dice.between(3, 5);
    let start = dice.between(0, wide);
    let enters = |angle: i32| {
        let (x, y) = on_circle(x, y, 50, angle);
        (0..=200).contains(&x) && (0..=200).contains(&y)
    };
    let (mut drawing, mut accents) = (String::new(), String::new());
    for beam in 0..360 / wide {
        let (left, right) = (start + beam * wide, start + beam * wide + wide / 2);
        if enters(left) || enters(right) {
            let ((x1, y1), (x2, y2)) = (on_circle(x, y, 300, left), on_circle(x, y, 300, right));
            let path = format!("M{x} {y}L{x1} {y1} {x2} {y2}z");
            let layer = if beam % loud == 0 { &mut accents } else { &mut drawing };
            layer.push_str(&path);
        }
    }
    let lamp = dice.between(26, 48);
    [
        filled(&drawing, palette.ink),
        filled(&accents, palette.accent),
        filled(&circle(x, y, lamp + 10), palette.ground),
        filled(&circle(x, y, lamp), palette.accent),
    ]
    .concat()
}

/// A few seconds of sound: bars about a centre line, swelling and falling.
fn pulse(dice: &mut Dice, palette: &Palette) -> String {
    let pitch = dice.pick(&[14, 18, 22]);
    let bars = 180 / pitch;
    let left = (200 - pitch * (bars - 1)) / 2;
    let (phase, tempo) = (dice.between(0, 359), dice.between(50, 130));
    let loud = dice.between(bars / 4, bars * 3 / 4);
    let (mut drawing, mut accents) = (String::new(), String::new());
    for bar in 0..bars {
        let envelope = 150 + sine(180 * (bar + 1) / (bars + 1)) * 85 / 100;
        let beat = 700 + sine(phase + tempo * bar) * 3 / 10;
        let reach = 92 * envelope / 1000 * beat / 1000;
        let path = format!("M{} {}v{}", left + bar * pitch, 100 - reach, 2 * reach);
        let layer = if bar == loud { &mut accents } else { &mut drawing };
        layer.push_str(&path);
    }
    let turn = dice.pick(&[0, 0, 90, 45]);
    format!(
        "<g fill=\"none\" stroke-width=\"{}\" stroke-linecap=\"round\" \
         transform=\"rotate({turn} 100 100)\"><path d=\"{drawing}\" stroke=\"{}\"/>\
         <path d=\"{accents}\" stroke=\"{}\"/></g>",
        pitch * 6 / 10,
        palette.ink,
        palette.accent,
    )
}

/// The map of a hill, its heights in bands of two colours around a summit.
fn contours(dice: &mut Dice, palette: &Palette) -> String {
    let (x, y) = (dice.between(60, 140), dice.between(60, 140));
    let (bumps, phase) = (dice.between(2, 3), dice.between(0, 359));
    let gap = dice.between(14, 19);
    let twist = dice.between(-5, 5);
    let mut lines = String::new();
    for ring in 2..=11 {
        // The swell grows outwards, but slower than the rings, so that no two of them cross.
        let corner = |corner: i32| {
            let swell = sine(bumps * 45 * corner + phase) * ring / 26;
            let radius = gap * ring * (1000 + swell) / 1000;
            on_circle(x, y, radius, corner * 45 + ring * twist)
        };
        let middle = |at: i32| {
            let ((x1, y1), (x2, y2)) = (corner(at), corner(at + 1));
            ((x1 + x2) / 2, (y1 + y2) / 2)
        };
        let (sx, sy) = middle(0);
        lines.push_str(&format!("M{sx} {sy}"));
        for at in 1..=8 {
            let ((cx, cy), (mx, my)) = (corner(at), middle(at));
            lines.push_str(&format!("Q{cx} {cy} {mx} {my}"));
        }
    }
    format!(
        "<path d=\"{lines}\" fill=\"{}\" fill-rule=\"evenodd\"/>{}",
        palette.ink,
        filled(&circle(x, y, gap), palette.accent),
    )
}

/// Nested arches, four to the picture, each springing from a corner of its own.
fn arches(dice: &mut Dice, palette: &Palette) -> String {
    let Palette { ground, ink, accent } = *palette;
    let mut picture = String::new();
    for (x, y) in [(0, 0), (100, 0), (0, 100), (100, 100)] {
        let turn = dice.pick(&[0, 90, 180, 270]);
        let (middle, centre) = (x + 50, y + 50);
        picture.push_str(&format!("<g transform=\"rotate({turn} {middle} {centre})\">"));
        for (r, colour) in [(100, ink), (80, ground), (60, accent), (40, ground), (20, ink)] {
            let quarter = format!("M{x} {y}h{r}a{r} {r} 0 0 1-{r} {r}z");
            picture.push_str(&filled(&quarter, colour));
        }
        picture.push_str("</g>");
    }
    picture
}

/// A halftone screen under a lamp: the nearer, the larger the dot.
fn halftone(dice: &mut Dice, palette: &Palette) -> String {
    let lamp = (dice.between(0, 5), dice.between(0, 5));
    let falloff = dice.between(11, 16);
    let dot = |(column, row): (i32, i32)| {
        let away = (column - lamp.0).pow(2) + (row - lamp.1).pow(2);
        let r = 16 - (33 * 33 * away).isqrt() / falloff;
        circle(17 + column * 166 / 5, 17 + row * 166 / 5, r.max(2))
    };
    let screen = (0..36).map(|at| (at % 6, at / 6)).filter(|at| *at != lamp);
    let dots: String = screen.map(dot).collect();
    filled(&dots, palette.ink) + &filled(&dot(lamp), palette.accent)
}

/// A path filled with an ink, or nothing for an empty one.
fn filled(path: &str, ink: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    format!("<path d=\"{path}\" fill=\"{ink}\"/>")
}

/// A circle as part of a path, so that many share one element.
fn circle(x: i32, y: i32, r: i32) -> String {
    let (left, across) = (x - r, 2 * r);
    format!("M{left} {y}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z")
}

fn on_circle(x: i32, y: i32, radius: i32, degrees: i32) -> (i32, i32) {
    (x + radius * sine(degrees + 90) / 1000, y + radius * sine(degrees) / 1000)
}

/// The sine in thousandths, by Bhaskara's rational approximation (off by two at most).
pub(super) fn sine(degrees: i32) -> i32 {
    let turn = degrees.rem_euclid(360);
    let arc = turn % 180;
    let product = arc * (180 - arc);
    let height = 4000 * product / (40_500 - product);
    if turn < 180 { height } else { -height }
}

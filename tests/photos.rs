//! The photo of an act: what is kept of what its people send, who sees it, and where it is.

use std::fs::{File, read_dir};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use diesel::prelude::*;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use soundpost::accounts::freeze;
use soundpost::artists::floor::Floor;
use soundpost::artists::photo_files::{PhotoFiles, sweep};
use soundpost::artists::{Listing, store};
use soundpost::db::schema::artist_photos;
use soundpost::people::EmailAddress;

use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::member::Member;
use crate::support::pictures::{
    CANARY, file, halves, has, multipart, png_of, png_that_says, with_exif,
};
use crate::support::visitor::between;
use crate::support::{Answer, NOON, Site, pictures};

const PAGE: &str = "/artists/night-ferry";
const PHOTO: &str = "/artists/night-ferry/photo";
const RIGHTS: (&str, &str) = ("rights", "yes");

/// What the database has: width, height, name, bytes.
type Row = (i64, i64, String, Option<Vec<u8>>);

async fn stored(site: &Site) -> Vec<Row> {
    site.db
        .read(|reader| {
            Ok(artist_photos::table
                .order((artist_photos::artist, artist_photos::width))
                .select((
                    artist_photos::width,
                    artist_photos::height,
                    artist_photos::sha256,
                    artist_photos::bytes,
                ))
                .load(reader.conn)?)
        })
        .await
        .unwrap()
}

fn address(row: &Row) -> String {
    format!("/photos/{}.webp", row.2)
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(bytes, ImageFormat::WebP).unwrap()
}

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let Rgba([red, _, blue, _]) = picture.get_pixel(x, y);
    red > 150 && blue < 90
}

/// Night Ferry, and somebody of its team.
async fn team(site: &Site) -> Member {
    site.list_night_ferry().await;
    Member::join(site, ARTIST, "Mari").await
}

async fn put(member: &Member, original: &[u8]) {
    let put = member.upload(PHOTO, &[RIGHTS], original).await;
    assert_eq!(put.location(), format!("{PHOTO}?saved=yes"));
}

async fn status(site: &Site, path: &str) -> u16 {
    site.bytes(path, &[]).await.0.status
}

async fn set_listing(site: &Site, listing: Listing) {
    site.db
        .write(move |tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            store::set_listing(tx, act.id, listing)
        })
        .await
        .unwrap();
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

on_both! {
    async fn a_photo_is_kept_small_and_upright_and_nothing_of_its_past(site: Site) {
        let mari = team(&site).await;
        assert!(mari.get("/artists/night-ferry/edit").await.text.contains(PHOTO));
        assert!(!mari.get(PHOTO).await.text.contains("Take the photo away"));
        // Held upright by a camera that writes pictures lying down, and where it was.
        let original = with_exif(&file(&halves(1600, 1200), ImageFormat::Jpeg), 6);
        assert!(has(&original, CANARY));
        let alt = ("alt", "Two people on a <quay>");
        let answer = mari.upload(PHOTO, &[RIGHTS, alt], &original).await;
        assert_eq!(answer.location(), format!("{PHOTO}?saved=yes"));

        let rows = stored(&site).await;
        let sizes: Vec<(i64, i64)> = rows.iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(sizes, [(320, 427), (640, 853), (1200, 1600)]);
        for row in &rows {
            let kept = row.3.as_ref().unwrap();
            let (answer, served) = site.bytes(&address(row), &[]).await;
            assert_eq!(answer.status, 200);
            assert!(&served == kept);
            assert_eq!(header(&answer, "content-type"), "image/webp");
            assert_eq!(header(&answer, "cache-control"), "public, max-age=300");
            assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
            for trace in [CANARY, "canary-of-a-name", "EXIF", "ICCP", "XMP ", "JFIF"] {
                assert!(!has(kept, trace), "{trace}");
            }
            let picture = decoded(kept);
            let (width, height) = picture.dimensions();
            assert_eq!((i64::from(width), i64::from(height)), (row.0, row.1));
            // What was left is above.
            assert!(is_red(&picture, width - 9, 9) && !is_red(&picture, 9, height - 9));
        }

        let (small, large) = (address(&rows[0]), address(&rows[2]));
        let page = site.get(PAGE).await.text;
        let all: Vec<String> =
            rows.iter().map(|row| format!("{} {}w", address(row), row.0)).collect();
        let shown = format!(
            "<img src=\"{large}\" srcset=\"{}\" sizes=\"(min-width: 48rem) 18rem, 100vw\" \
             width=\"1200\" height=\"1600\" alt=\"Two people on a &#60;quay&#62;\">",
            all.join(", ")
        );
        assert!(page.contains(&shown), "{shown}: {page}");
        let absolute = format!("{}{large}", site.base);
        assert!(page.contains(&format!("property=\"og:image\" content=\"{absolute}\"")), "{page}");
        let described = between(&page, "ld+json\">", "</script>");
        let described: serde_json::Value = serde_json::from_str(described).unwrap();
        assert_eq!(described["image"], absolute);
        for list in ["/", "/artists", "/artists?q=night", "/genres/ambient"] {
            let list = site.get(list).await.text;
            assert!(list.contains(&format!("<img src=\"{small}\"")), "{list}");
        }
        let own = mari.get(PHOTO).await.text;
        assert!(own.contains("Take the photo away") && own.contains(&large));
        let own = mari.get("/artists/night-ferry/edit").await.text;
        assert!(own.contains("photo, by you"), "{own}");
    }

    async fn a_png_keeps_what_is_transparent_and_a_webp_is_encoded_anew(site: Site) {
        let mari = team(&site).await;
        let half = RgbaImage::from_fn(500, 400, |x, _| {
            if x < 250 { Rgba([200, 30, 30, 255]) } else { Rgba([0, 0, 0, 0]) }
        });
        put(&mari, &file(&half.into(), ImageFormat::Png)).await;
        let rows = stored(&site).await;
        assert_eq!((rows.len(), rows[1].0), (2, 500), "never enlarged");
        let picture = decoded(rows[1].3.as_ref().unwrap());
        assert!(is_red(&picture, 20, 20));
        assert_eq!((picture.get_pixel(20, 20)[3], picture.get_pixel(480, 20)[3]), (255, 0));
        // Without words of its own, and in the place of the other.
        assert!(site.get(PAGE).await.text.contains("alt=\"Photo of Night Ferry\""));
        let before = address(&rows[1]);
        let webp = file(&halves(640, 640), ImageFormat::WebP);
        put(&mari, &webp).await;
        let rows = stored(&site).await;
        assert_eq!((rows.len(), rows[1].0), (2, 640));
        assert!(rows[1].3.as_ref().unwrap() != &webp);
        assert_eq!(status(&site, &before).await, 404, "what was replaced is gone");
        assert_eq!(status(&site, &address(&rows[1])).await, 200);
    }

    async fn what_stands_behind_a_picture_is_left_out(site: Site) {
        let mari = team(&site).await;
        let jpeg = file(&halves(400, 300), ImageFormat::Jpeg);
        let archive = [&jpeg[..], b"PK\x03\x04canary-of-an-archive"].concat();
        put(&mari, &archive).await;
        let with = stored(&site).await;
        assert!(with.iter().all(|row| !has(row.3.as_ref().unwrap(), "canary-of-an-archive")));
        put(&mari, &jpeg).await;
        assert!(stored(&site).await == with, "it makes no difference");
    }

    async fn what_is_no_such_picture_is_refused_with_the_reason(site: Site) {
        let mari = team(&site).await;
        let jpeg = file(&halves(800, 600), ImageFormat::Jpeg);
        let mut long = jpeg.clone();
        long.resize(5 * 1024 * 1024 + 1, 0);
        let longer = vec![0xff; 12 * 1024 * 1024];
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;";
        let size = png_that_says(50_000, 50_000);
        let side = png_that_says(501, 100);
        let deep = png_of(5_000, 5_000, [16, 6]);
        let empty = png_that_says(10, 10);
        let cases: [(&[u8], &str); 11] = [
            (b"", "Choose a picture"),
            (&long, "larger than 5 MB. Save a smaller copy"),
            (&longer, "larger than 5 MB. Save a smaller copy"),
            (&size, "50,000 × 50,000 pixels; 40 million are the most. Save a smaller copy"),
            (&side, "501 × 100 pixels; no side may be more than five times the other"),
            (&deep, "too many colours for its 5,000 × 5,000 pixels"),
            (svg, "no JPEG, PNG or WebP picture"),
            (b"Not a picture, whatever its name says.", "no JPEG, PNG or WebP picture"),
            (gif, "no JPEG, PNG or WebP picture"),
            (&jpeg[..jpeg.len() - 100], "damaged, cut off"),
            (&empty, "damaged, cut off"),
        ];
        for (original, says) in cases {
            let fields = [("alt", "Two people, one boat"), RIGHTS];
            let refused = mari.upload(PHOTO, &fields, original).await;
            assert_eq!(refused.status, 422, "{says}: {}", refused.text);
            assert!(refused.text.contains(says), "{says}: {}", refused.text);
            // The form is there again with what was typed; the tick has to be set anew.
            assert!(refused.text.contains("value=\"Two people, one boat\""), "{says}");
            assert!(refused.text.contains("name=\"rights\"") && !refused.text.contains("checked"));
        }
        for (fields, says) in [
            (vec![], "Tick this if you may publish the picture"),
            (vec![("rights", "no")], "Tick this if you may publish the picture"),
            (vec![RIGHTS, ("alt", "Pay 4111 1111 1111 1111")], "card"),
        ] {
            let refused = mari.upload(PHOTO, &fields, &jpeg).await;
            assert!(refused.status == 422 && refused.text.contains(says), "{}", refused.text);
        }
        assert!(stored(&site).await.is_empty());
        assert!(!mari.get("/artists/night-ferry/edit").await.text.contains("photo, by you"));
    }

    async fn a_form_that_no_page_of_ours_sends_is_refused_as_a_whole(site: Site) {
        let mari = team(&site).await;
        let jpeg = file(&halves(400, 300), ImageFormat::Jpeg);
        assert_eq!(mari.upload_plainly(PHOTO, &[RIGHTS], &jpeg).await.status, 403);
        let other = [RIGHTS, ("form_token", "another")];
        assert_eq!(mari.upload_plainly(PHOTO, &other, &jpeg).await.status, 403);
        assert_eq!(mari.upload(PHOTO, &[RIGHTS, RIGHTS], &jpeg).await.status, 400);
        let large = "a".repeat(20_000);
        let alt = ("alt", large.as_str());
        assert_eq!(mari.upload(PHOTO, &[RIGHTS, alt], &jpeg).await.status, 413);
        assert_eq!(mari.post(PHOTO, &[RIGHTS]).await.status, 415);
        // From another site, with all that the form needs.
        let cookie = mari.header();
        let body = multipart(&[RIGHTS, ("form_token", mari.form_token())], &jpeg);
        let headers = [("sec-fetch-site", "cross-site"), ("cookie", cookie.as_str())];
        let answer = site.post_body(PHOTO, pictures::MULTIPART, body, &headers).await;
        assert_eq!(answer.status, 403);
        assert_eq!(mari.post_plainly(&format!("{PHOTO}/remove"), &[]).await.status, 403);
        assert!(stored(&site).await.is_empty());
    }

    async fn nobody_else_puts_it_there_or_takes_it_away(site: Site) {
        let mari = team(&site).await;
        let jpeg = file(&halves(400, 300), ImageFormat::Jpeg);
        put(&mari, &jpeg).await;
        let before = stored(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let another = file(&halves(500, 300), ImageFormat::Jpeg);
        assert_eq!(jonas.get(PHOTO).await.status, 404);
        assert_eq!(jonas.upload(PHOTO, &[RIGHTS], &another).await.status, 404);
        assert_eq!(jonas.post(&format!("{PHOTO}/remove"), &[]).await.status, 404);
        let body = multipart(&[RIGHTS], &another);
        let ours = [("sec-fetch-site", "same-origin")];
        let visitor = site.post_body(PHOTO, pictures::MULTIPART, body, &ours).await;
        assert!(visitor.location().starts_with("/sign-in?next="));

        let (mail_site, address) = (site.site.clone(), EmailAddress::parse(ARTIST).unwrap());
        site.db
            .write(move |tx| freeze::freeze(tx, &mail_site, &address, "Three reports of fraud."))
            .await
            .unwrap();
        let frozen = Member::sign_in(&site, ARTIST).await;
        assert_eq!(frozen.get(PHOTO).await.status, 200);
        assert_eq!(frozen.upload(PHOTO, &[RIGHTS], &another).await.status, 403);
        assert_eq!(frozen.post(&format!("{PHOTO}/remove"), &[]).await.status, 403);
        assert!(stored(&site).await == before);
    }

    async fn a_photo_that_is_taken_away_is_gone(site: Site) {
        let mari = team(&site).await;
        put(&mari, &file(&halves(400, 300), ImageFormat::Jpeg)).await;
        let photo = address(&stored(&site).await[0]);
        // It goes with the act from list to list.
        set_listing(&site, Listing::Unlisted).await;
        assert!(!site.get("/artists").await.text.contains(&photo));
        assert_eq!(status(&site, &photo).await, 200);
        set_listing(&site, Listing::Listed).await;
        assert!(site.get("/artists").await.text.contains(&photo));
        for _ in 0..2 {
            let removed = mari.post(&format!("{PHOTO}/remove"), &[]).await;
            assert_eq!(removed.location(), format!("{PHOTO}?saved=yes"));
        }
        assert!(stored(&site).await.is_empty());
        assert_eq!(status(&site, &photo).await, 404);
        for page in [PAGE, "/artists", "/"] {
            let page = site.get(page).await.text;
            assert!(!page.contains("<img") && !page.contains("og:image"), "{page}");
        }
        // Once put there and once taken away.
        let own = mari.get("/artists/night-ferry/edit").await.text;
        assert_eq!(own.matches("photo, by you").count(), 2);
    }

    async fn a_photo_goes_from_view_with_its_page_and_its_own_people_see_it(site: Site) {
        let mari = team(&site).await;
        put(&mari, &file(&halves(400, 300), ImageFormat::Jpeg)).await;
        let photo = address(&stored(&site).await[0]);
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        for is_hidden in [true, false] {
            site.db
                .write(move |tx| {
                    let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
                    match is_hidden {
                        true => store::hide(tx, act.id, "Not theirs, as it seems."),
                        false => {
                            store::show(tx, act.id)?;
                            store::set_listing(tx, act.id, Listing::Draft)
                        }
                    }
                })
                .await
                .unwrap();
            let missing = site.get("/photos/none.webp").await;
            let unseen = site.get(&photo).await;
            assert_eq!((unseen.status, header(&unseen, "cache-control")), (404, "no-store"));
            let settled = |answer: &Answer| {
                let reference = between(&answer.text, "reference <code>", "</code>").to_owned();
                answer.text.replace(&reference, "")
            };
            assert_eq!(settled(&unseen), settled(&missing));
            assert_eq!(jonas.bytes(&photo).await.0.status, 404);
            let (own, bytes) = mari.bytes(&photo).await;
            assert_eq!((own.status, header(&own, "cache-control")), (200, "private, no-store"));
            assert_eq!(header(&own, "etag"), "");
            assert_eq!(decoded(&bytes).width(), 320);
            assert!(mari.get(PHOTO).await.text.contains(&photo));
        }
        set_listing(&site, Listing::Listed).await;
        assert_eq!(status(&site, &photo).await, 200);
    }

    async fn a_cache_asks_again_and_learns_when_a_photo_is_gone(site: Site) {
        let mari = team(&site).await;
        put(&mari, &file(&halves(400, 300), ImageFormat::Jpeg)).await;
        let row = stored(&site).await.remove(0);
        let photo = address(&row);
        let tag = format!("\"{}\"", row.2);
        let (first, _) = site.bytes(&photo, &[]).await;
        assert_eq!((header(&first, "etag"), first.status), (tag.as_str(), 200));
        let weak = format!("\"other\", W/{tag}");
        for kept in [tag.as_str(), weak.as_str(), "*"] {
            let (again, body) = site.bytes(&photo, &[("if-none-match", kept)]).await;
            assert!(again.status == 304 && body.is_empty(), "{kept}: {}", again.status);
            assert_eq!(header(&again, "etag"), tag);
            assert_eq!(header(&again, "cache-control"), "public, max-age=300");
        }
        let (other, body) = site.bytes(&photo, &[("if-none-match", "\"other\"")]).await;
        assert!(other.status == 200 && Some(body) == row.3);
        set_listing(&site, Listing::Draft).await;
        let (gone, _) = site.bytes(&photo, &[("if-none-match", &tag)]).await;
        assert_eq!((gone.status, header(&gone, "cache-control")), (404, "no-store"));
    }

    async fn two_acts_may_have_the_same_picture(site: Site) {
        let mari = team(&site).await;
        site.list_act(facts("day-ferry", "Day Ferry", Floor::default())).await;
        let dora = Member::join(&site, "booking@day-ferry.example", "Dora").await;
        let jpeg = file(&halves(300, 300), ImageFormat::Jpeg);
        put(&mari, &jpeg).await;
        let other = "/artists/day-ferry/photo";
        assert_eq!(dora.upload(other, &[RIGHTS], &jpeg).await.status, 303);
        let rows = stored(&site).await;
        assert!(rows.len() == 2 && rows[0].2 == rows[1].2);
        let photo = address(&rows[0]);
        set_listing(&site, Listing::Draft).await;
        assert_eq!(header(&site.bytes(&photo, &[]).await.0, "cache-control"),
            "public, max-age=300");
        assert_eq!(dora.post(&format!("{other}/remove"), &[]).await.status, 303);
        assert_eq!(status(&site, &photo).await, 404);
        assert_eq!(mari.bytes(&photo).await.0.status, 200);
    }

    async fn a_photo_is_in_the_export_and_goes_with_the_last_of_the_team(site: Site) {
        let mari = team(&site).await;
        let jpeg = file(&halves(400, 300), ImageFormat::Jpeg);
        let alt = ("alt", "canary-of-the-words");
        assert_eq!(mari.upload(PHOTO, &[RIGHTS, alt], &jpeg).await.status, 303);
        let photo = address(&stored(&site).await[1]);
        let data = mari.get("/account/data.json").await.text;
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        let told = &data["photos"][0];
        assert_eq!(told["act"], "Night Ferry");
        assert_eq!(told["description"], "canary-of-the-words");
        assert_eq!(told["addresses"][1], format!("{}{photo}", site.base));
        let page = mari.get("/account/data").await.text;
        assert!(page.contains("canary-of-the-words") && page.contains(&photo));
        assert!(site.get("/legal/privacy").await.text.contains("The photo of an artist"));

        assert!(mari.get("/account/delete").await.text.contains("A photo on its page goes"));
        let deleted = mari.post("/account/delete", &[("sure", "yes")]).await;
        assert_eq!(deleted.location(), "/account/deleted");
        assert!(stored(&site).await.is_empty());
        assert_eq!(status(&site, &photo).await, 404);
        assert_eq!(site.get(PAGE).await.status, 200);
    }

    async fn photos_in_a_directory_are_files_called_by_their_content(site: Site) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_owned();
        let other = site.with(|config| config.photos = Some(path.clone()));
        let mari = team(&other).await;
        put(&mari, &file(&halves(700, 300), ImageFormat::Jpeg)).await;
        let rows = stored(&site).await;
        assert_eq!(rows.len(), 3);
        let names: Vec<String> = rows.iter().map(|row| format!("{}.webp", row.2)).collect();
        assert_eq!(files(&path), sorted(&names));
        for row in &rows {
            assert_eq!(row.3, None);
            let (answer, served) = other.bytes(&address(row), &[]).await;
            assert_eq!(answer.status, 200);
            assert_eq!(decoded(&served).width(), row.0 as u32);
            assert!(std::fs::read(path.join(format!("{}.webp", row.2))).unwrap() == served);
        }
        // Named by a row, a file stays however old it is.
        let shelf = PhotoFiles::open(&path).unwrap();
        names.iter().for_each(|name| age(&path.join(name), 48));
        assert_eq!(sweep(&site.db, &shelf).await.unwrap(), 3);
        assert_eq!(files(&path), sorted(&names));
        // Out of sight at once, and from the disk after a day.
        assert_eq!(mari.post(&format!("{PHOTO}/remove"), &[]).await.status, 303);
        assert_eq!(status(&other, &address(&rows[0])).await, 404);
        age(&path.join(&names[0]), 23);
        sweep(&site.db, &shelf).await.unwrap();
        assert_eq!(files(&path), [names[0].clone()]);
        age(&path.join(&names[0]), 25);
        sweep(&site.db, &shelf).await.unwrap();
        assert!(files(&path).is_empty());
        other.stop_serving().await;
    }

    async fn what_was_put_up_before_stays_where_it_is(site: Site) {
        let mari = team(&site).await;
        put(&mari, &file(&halves(200, 100), ImageFormat::Jpeg)).await;
        let row = stored(&site).await.remove(0);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_owned();
        let other = site.with(|config| config.photos = Some(path.clone()));
        let (answer, served) = other.bytes(&address(&row), &[]).await;
        assert_eq!(answer.status, 200);
        assert!(Some(&served) == row.3.as_ref());
        assert!(files(&path).is_empty());
        // A file that somebody took away is said in the log, and missing.
        let elsewhere = Member::sign_in(&other, ARTIST).await;
        put(&elsewhere, &file(&halves(210, 100), ImageFormat::Jpeg)).await;
        let row = stored(&site).await.remove(0);
        std::fs::remove_file(path.join(format!("{}.webp", row.2))).unwrap();
        assert_eq!(status(&other, &address(&row)).await, 404);
        other.stop_serving().await;
    }
}

/// The names of the files in a directory.
fn files(directory: &Path) -> Vec<String> {
    let entries = read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    sorted(&names.collect::<Vec<_>>())
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

/// Makes a file so many hours old by the standing clock.
fn age(path: &Path, hours: u64) {
    let noon = Duration::from_micros(NOON as u64);
    let written = UNIX_EPOCH + noon - Duration::from_secs(hours * 3600);
    File::options().write(true).open(path).unwrap().set_modified(written).unwrap();
}

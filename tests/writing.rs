//! What the two sides write: quoted, kept for later, with contact data, with files; and what an act
//! keeps ready to send.

use image::ImageFormat;
use soundpost::booking_requests::State;
use soundpost::mail::Kind;

use crate::support::Site;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::member::Member;
use crate::support::pictures::{file, halves, has, png_that_says, with_exif};
use crate::support::visitor::{between, hidden};

/// A small document as a program writes it.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The two sides, signed in, and the thread between them.
async fn both_sides(site: &Site) -> (Member, Member, String) {
    site.list_night_ferry().await;
    site.sent_request().await;
    let jonas = Member::join(site, PROMOTER, "Jonas").await;
    let mari = Member::join(site, ARTIST, "Mari").await;
    let list = mari.get("/requests").await.text;
    let thread = format!("/requests/{}", between(&list, "href=\"/requests/", "\""));
    (jonas, mari, thread)
}

/// The addresses of the files of a thread.
fn files(page: &str) -> Vec<String> {
    page.split("href=\"/requests/")
        .filter_map(|rest| rest.split_once('"').map(|(path, _)| path))
        .filter(|path| path.contains("/files/"))
        .map(|path| format!("/requests/{path}"))
        .collect()
}

on_both! {
    async fn an_answer_is_quoted_and_kept_for_later_by_its_writer_alone(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let kept = [("key", "k-0123456789abcdef"), ("message", "Half a thought"), ("action", "keep")];
        let answer = mari.post(&format!("{thread}/reply"), &kept).await;
        assert!(mari.get(&answer.location()).await.text.contains("What you wrote is kept for you."));
        assert!(site.mails_of(Kind::NewMessage).await.is_empty());
        assert!(mari.get(&thread).await.text.contains("Half a thought"));
        assert!(!jonas.get(&thread).await.text.contains("Half a thought"));
        let page = mari.get(&thread).await.text;
        let quote = between(&page, "?quote=", "#reply");
        let page = mari.get(&format!("{thread}?quote={quote}")).await.text;
        assert!(page.contains("&#62; We run a Saturday for three hundred people"), "{page}");
        assert!(page.contains("Half a thought"), "what was kept stays below");
        assert!(!mari.get(&format!("{thread}?quote=7")).await.text.contains("&#62; We run"));
        let sent = [("key", "k-1123456789abcdef"), ("message", "A whole one.")];
        assert_eq!(mari.post(&format!("{thread}/reply"), &sent).await.status, 303);
        assert!(!mari.get(&thread).await.text.contains("Half a thought"), "sent, so nothing is kept");
    }

    async fn contact_data_is_warned_of_and_goes_out_when_it_is_meant(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let url = format!("{thread}/reply");
        let words = [("key", "k-0123456789abcdef"), ("message", "Call me: +372 5555 0123")];
        let asked = mari.post(&url, &words).await;
        assert_eq!(asked.status, 200);
        assert!(asked.text.contains("an address or a telephone number") && asked.text.contains("Call me"), "{}", asked.text);
        assert!(site.mails_of(Kind::NewMessage).await.is_empty());
        let meant = [&words[..], &[("contact_ok", "yes")]].concat();
        assert_eq!(mari.post(&url, &meant).await.status, 303);
        assert!(jonas.get(&thread).await.text.contains("+372 5555 0123"));
        // A card is a wall.
        let card = [("key", "k-1123456789abcdef"), ("message", "4111 1111 1111 1111"), ("contact_ok", "yes")];
        assert_eq!(mari.post(&url, &card).await.status, 422);
    }

    async fn a_picture_is_passed_on_without_what_its_camera_knew(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let photo = with_exif(&file(&halves(60, 40), ImageFormat::Jpeg), 6);
        assert!(has(&photo, "Exif"));
        let fields = [("key", "k-0123456789abcdef"), ("label", "The stage"), ("message", "")];
        let url = format!("{thread}/attach");
        assert_eq!(jonas.get(&url).await.status, 200);
        let sent = jonas.upload(&url, &fields, &photo).await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let told = site.mail_of(Kind::NewMessage).await.letter.unwrap();
        assert!(told.text.contains("[A file: The stage (JPEG") && told.attachments.is_empty(), "{}", told.text);

        let page = mari.get(&thread).await.text;
        let paths = files(&page);
        assert_eq!(paths.len(), 1, "{page}");
        let (answer, bytes) = mari.bytes(&paths[0]).await;
        assert_eq!(answer.status, 200);
        let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert!(header("content-disposition").starts_with("attachment; filename=\"file-"));
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(!has(&bytes, "Exif"));
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (40, 60), "upright");
        // Behind sign-in, and for the two sides alone.
        assert!(site.get(&paths[0]).await.location().starts_with("/sign-in?next="));
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        assert_eq!(stranger.get(&paths[0]).await.status, 404);
        assert_eq!(stranger.upload(&url, &fields, &photo).await.status, 404);
        let dossier = mari.bytes(&format!("{thread}/dossier.zip")).await.1;
        assert!(has(&dossier, "files/file-"));
    }

    async fn a_document_is_one_by_its_first_bytes_and_nothing_else_is(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let url = format!("{thread}/attach");
        let polyglot = [b"<html><script>alert(1)</script>".as_slice(), PDF].concat();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>".to_vec();
        let webp = file(&halves(20, 20), ImageFormat::WebP);
        let zip = b"PK\x03\x04 named .pdf".to_vec();
        let huge = png_that_says(50_000, 50_000);
        let cut = file(&halves(60, 40), ImageFormat::Jpeg)[..200].to_vec();
        let cases: [(&[u8], &str); 8] = [
            (&polyglot, "no JPEG, PNG or PDF file"),
            (&svg, "no JPEG, PNG or PDF file"),
            (&webp, "no JPEG, PNG or PDF file"),
            (&zip, "no JPEG, PNG or PDF file"),
            (b"<html>named .pdf", "no JPEG, PNG or PDF file"),
            (&huge, "40 million are the most"),
            (&cut, "damaged"),
            (b"", "Choose a file"),
        ];
        for (at, (bytes, says)) in cases.into_iter().enumerate() {
            let key = format!("k-{at}-0123456789abcdef");
            let refused = jonas.upload(&url, &[("key", &key), ("label", "../../x.html")], bytes).await;
            assert_eq!(refused.status, 422, "{at}");
            assert!(refused.text.contains(says), "{at}: {}", refused.text);
            assert!(refused.text.contains("../../x.html"), "what was typed stays");
        }
        let large = [PDF, &vec![0; 5 * 1024 * 1024]].concat();
        let refused = jonas.upload(&url, &[("key", "k-large-0123456789")], &large).await;
        assert!(refused.status == 422 && refused.text.contains("larger than 5 MB"));
        assert!(files(&mari.get(&thread).await.text).is_empty());
        assert!(site.mails_of(Kind::NewMessage).await.is_empty(), "nothing was told of what was refused");

        // A name is words and no path; the file has one of ours.
        let sent = jonas.upload(&url, &[("key", "k-pdf-0123456789ab"), ("label", "../../x.html")], PDF).await;
        assert_eq!(sent.status, 303);
        assert_eq!(jonas.upload(&url, &[("key", "k-pdf-0123456789ab"), ("label", "../../x.html")], PDF).await.status, 303);
        let paths = files(&mari.get(&thread).await.text);
        assert_eq!(paths.len(), 1, "sent twice, it is one");
        let (answer, bytes) = mari.bytes(&paths[0]).await;
        let disposition = answer.headers.get("content-disposition").unwrap().to_str().unwrap();
        assert!(disposition.ends_with(".pdf\"") && !disposition.contains(".."), "{disposition}");
        assert_eq!(answer.headers.get("content-type").unwrap(), "application/pdf");
        assert_eq!(bytes, PDF);
        // What is a document and something else besides stays a file that is kept, never a page; and of a
        // picture with an archive behind it the picture is left.
        let both = [PDF, b"<html><script>alert(1)</script>"].concat();
        assert_eq!(jonas.upload(&url, &[("key", "k-both-0123456789a")], &both).await.status, 303);
        let archive = [&file(&halves(60, 40), ImageFormat::Jpeg)[..], b"PK\x03\x04canary-archive"].concat();
        assert_eq!(jonas.upload(&url, &[("key", "k-jpeg-0123456789a")], &archive).await.status, 303);
        let paths = files(&mari.get(&thread).await.text);
        let (answer, _) = mari.bytes(&paths[1]).await;
        assert_eq!(answer.headers.get("content-type").unwrap(), "application/pdf");
        assert_eq!(answer.headers.get("content-security-policy").unwrap(), "default-src 'none'; sandbox");
        assert!(!has(&mari.bytes(&paths[2]).await.1, "canary-archive"));
        // Without the token of the form nothing is taken in.
        assert_eq!(jonas.upload_plainly(&url, &[("key", "k-x-0123456789abcd")], PDF).await.status, 403);
    }

    async fn what_an_act_keeps_ready_is_sent_when_it_says_so(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let papers = "/artists/night-ferry/papers";
        assert_eq!(mari.post(papers, &[("name", ""), ("words", "x")]).await.status, 422);
        assert_eq!(mari.post(papers, &[("name", "No"), ("words", "4111 1111 1111 1111")]).await.status, 422);
        let answer = [("name", "Not this season"), ("words", "Thank you, but we are on a ship.")];
        assert_eq!(mari.post(papers, &answer).await.status, 303);
        let rider = [("file-name", "Our rider"), ("purpose", "rider")];
        assert_eq!(mari.upload(&format!("{papers}/files"), &rider, b"<html>").await.status, 422);
        assert_eq!(mari.upload(&format!("{papers}/files"), &rider, PDF).await.status, 303);
        let kit = [("file-name", "Press kit"), ("purpose", "press_kit")];
        assert_eq!(mari.upload(&format!("{papers}/files"), &kit, PDF).await.status, 303);
        let page = mari.get(papers).await.text;
        assert!(page.contains("Technical rider, PDF, 1 KB") && page.contains("we are on a ship"), "{page}");
        for path in [papers.to_owned(), format!("/artists/night-ferry/papers/{}", between(&page, "href=\"/artists/night-ferry/papers/", "\""))] {
            assert_eq!(jonas.get(&path).await.status, 404, "{path}");
        }
        // A kept answer fills the box.
        let list = mari.get(&thread).await.text;
        assert!(list.contains("Not this season") && !jonas.get(&thread).await.text.contains("Not this season"));
        let kept = between(&list, "?answer=", "#reply");
        assert!(mari.get(&format!("{thread}?answer={kept}")).await.text.contains("we are on a ship"));

        // With a yes goes what is ticked, and nothing else.
        let url = format!("{thread}/accept");
        let page = mari.get(&url).await.text;
        assert!(page.contains("Our rider (PDF, 1 KB)") && page.contains("Press kit"), "{page}");
        let paper = format!("paper_{}", between(&page, "name=\"paper_", "\""));
        let yes = [("revision", hidden(&page, "revision")), ("night", "2027-03-13"), (paper.as_str(), "yes"),
            ("disclaimer_hash", hidden(&page, "disclaimer_hash")), ("disclaimer_accepted", "yes")];
        assert!(files(&jonas.get(&thread).await.text).is_empty());
        assert_eq!(mari.post(&url, &yes).await.status, 303);
        assert_eq!(site.state_at(&site.newest_link_to(PROMOTER).await).await, State::Accepted);
        let page = jonas.get(&thread).await.text;
        assert_eq!(files(&page).len(), 1, "{page}");
        assert!(page.contains("With our yes:") && page.contains("Our rider"), "{page}");
        assert_eq!(jonas.bytes(&files(&page)[0]).await.1, PDF);
        // One mail tells of both.
        assert!(site.mails_of(Kind::NewMessage).await.is_empty());
        let letters = site.mails_of(Kind::RequestMoved).await.into_iter().filter_map(|mail| mail.letter);
        let yes: Vec<_> = letters.filter(|letter| letter.to == PROMOTER).collect();
        assert!(yes.len() == 1 && yes[0].text.contains("[A file: Our rider (PDF"), "{yes:?}");
        let remove = between(&mari.get(papers).await.text, "action=\"/artists/night-ferry/papers/", "/remove").to_owned();
        assert_eq!(mari.post(&format!("{papers}/{remove}/remove"), &[]).await.status, 303);
        assert_eq!(mari.post(&format!("{papers}/{remove}/remove"), &[]).await.status, 404);
    }

    async fn who_is_erased_takes_their_files_along(site: Site) {
        let (jonas, mari, thread) = both_sides(&site).await;
        let fields = [("key", "k-0123456789abcdef"), ("label", "Plan")];
        assert_eq!(jonas.upload(&format!("{thread}/attach"), &fields, PDF).await.status, 303);
        let paths = files(&mari.get(&thread).await.text);
        assert_eq!(jonas.post("/account/delete", &[("sure", "yes")]).await.status, 303);
        assert!(files(&mari.get(&thread).await.text).is_empty());
        assert_eq!(mari.get(&paths[0]).await.status, 404);
    }
}

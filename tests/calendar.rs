//! The calendar of an artist: blocked days, who is free, secret links, and the files that go with mails.

use std::io::Write;
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use serde_json::Value;
use soundpost::artists::floor::Floor;
use soundpost::mail::Kind;

use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::member::Member;
use crate::support::visitor::between;
use crate::support::{Answer, Site};

const CALENDAR: &str = "/artists/night-ferry/calendar";

async fn block(member: &Member, fields: &[(&str, &str)]) -> Answer {
    member.post(&format!("{CALENDAR}/blocks"), fields).await
}

/// What another implementation reads in a calendar file.
fn read_by_python(file: &str) -> Vec<Value> {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-python/bin/python");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_calendar.py");
    let mut reader = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader.stdin.take().unwrap().write_all(file.as_bytes()).unwrap();
    let read = reader.wait_with_output().unwrap();
    assert!(read.status.success(), "{file}");
    serde_json::from_slice(&read.stdout).unwrap()
}

/// Whether the list of acts that are free on a night has Night Ferry.
async fn is_free(site: &Site, night: &str) -> bool {
    // What is kept of a list is at most a second old.
    site.get(&format!("/artists?free={night}")).await.text.contains("Night Ferry")
}

on_both! {
    async fn a_blocked_night_is_refused_at_the_form_and_left_out_of_the_list(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert!(is_free(&site, "2027-03-13").await);
        let done = block(&mari, &[("first", "2027-03-12"), ("last", "2027-03-14")]).await;
        assert!(done.location().ends_with("done=blocked"));
        assert!(!is_free(&site, "2027-03-13").await);
        assert!(is_free(&site, "2027-03-15").await);
        let refused = site.submit(&site.filled_form().await).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("takes no request for Sat 13 Mar 2027"), "{}", refused.text);
        assert!(refused.text.contains("old warehouse"), "what was typed stays");
        let preview = site.submit(&site.filled_form().await.set("action", "preview")).await;
        assert_eq!(preview.status, 422, "nor is it shown as if it could be sent");

        let page = mari.get(&format!("{CALENDAR}?month=2027-03")).await.text;
        assert!(page.contains("Fri 12 Mar 2027 to Sun 14 Mar 2027"), "{page}");
        let remove = between(&page, "action=\"/artists/night-ferry/calendar/blocks/", "\"").to_owned();
        let freed = mari.post(&format!("{CALENDAR}/blocks/{remove}"), &[]).await;
        assert_eq!(freed.status, 303);
        assert!(is_free(&site, "2027-03-13").await);
        assert_eq!(site.submit(&site.filled_form().await).await.status, 303);
    }

    async fn a_search_asks_who_is_free_as_well(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        block(&mari, &[("first", "2027-03-12"), ("last", "2027-03-14")]).await;
        for words in ["night", "night+fer", "ferry+nig"] {
            let asked = format!("/artists?q={words}&free=2027-03");
            let other = site.get(&format!("{asked}-15")).await.text;
            assert!(other.contains("Night Ferry") && other.contains("1 act"), "{words}");
            let page = site.get(&format!("{asked}-13")).await.text;
            assert!(page.contains("is free on that night"), "{words}");
            let any_night = format!("href=\"/artists?q={words}\">Acts called “");
            assert!(page.contains(&any_night), "{words}: {page}");
            assert!(page.contains("form=\"search\" name=\"free\" value=\"2027-03-13\""), "the next search");
        }
        site.list_act(facts("night-owl", "Night Owl", Floor::default())).await;
        let page = site.get("/artists?q=night&free=2027-03-13").await.text;
        assert!(page.contains("Night Owl") && !page.contains("Night Ferry"), "{page}");
        assert!(page.contains("1 act") && page.contains("Remove </span>Free on Sat 13 Mar 2027"));
        let slipped = site.get("/artists?q=nigth&free=2027-03-13").await.text;
        assert!(slipped.contains("No act has words in its name that begin like"), "{slipped}");
        let meant = "href=\"/artists?q=night&#38;free=2027-03-13\"";
        assert!(slipped.contains(meant), "{slipped}");
    }

    async fn what_comes_every_week_or_year_blocks_as_far_as_requests_reach(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        block(&mari, &[("first", "2026-12-04"), ("last", "2026-12-05"), ("repeats", "weekly")]).await;
        block(&mari, &[("first", "2026-12-31"), ("repeats", "yearly")]).await;
        for (night, free) in [
            ("2027-03-12", false), ("2027-03-13", false), ("2027-03-14", true),
            ("2029-11-16", false), ("2028-12-31", false), ("2028-12-28", true),
        ] {
            assert_eq!(is_free(&site, night).await, free, "{night}");
        }
        // Of days that nobody can ask for, nothing is claimed.
        for night in ["2031-01-03", "2026-11-01"] {
            let page = site.get(&format!("/artists?free={night}")).await.text;
            assert!(!page.contains("Free on 3 Jan") && !page.contains("Remove </span>Free on"), "{page}");
        }
        // Years later there are as many days ahead again.
        site.clock.advance(SignedDuration::from_hours(400 * 24));
        site.tick().await;
        site.clock.advance(SignedDuration::from_hours(400 * 24));
        site.tick().await;
        assert!(!is_free(&site, "2031-11-14").await);
    }

    async fn a_night_that_is_confirmed_or_asked_is_free_no_more(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let (promoter, artist) = site.sent_request().await;
        assert!(is_free(&site, "2027-03-13").await, "asking is not enough");
        let switch = [("travel_minutes", "90"), ("pending_blocks", "yes")];
        assert_eq!(mari.post(&format!("{CALENDAR}/settings"), &switch).await.status, 303);
        assert!(!is_free(&site, "2027-03-13").await, "unless the act wants it so");
        let another = site.filled_form().await.set("key", "key-of-the-second-one-01");
        assert_eq!(site.submit(&another).await.status, 422);
        let (moved, dates) = (site.counter(&artist, &[("night1", "2027-03-20")]).await, "2027-03-20");
        assert_eq!(moved.status, 303, "{}", moved.text);
        assert!(is_free(&site, "2027-03-13").await && !is_free(&site, dates).await);
        assert_eq!(mari.post(&format!("{CALENDAR}/settings"), &[("travel_minutes", "90")]).await.status, 303);
        assert!(is_free(&site, dates).await);

        let page = site.get(&format!("{promoter}/accept")).await.text;
        let revision = between(&page, "name=\"revision\" value=\"", "\"").to_owned();
        let yes = [("revision", revision.as_str()), ("night", dates)];
        assert_eq!(site.post(&format!("{promoter}/accept"), &yes).await.status, 303);
        assert!(is_free(&site, dates).await, "agreed in principle is not confirmed");
        site.confirm_night(&promoter).await;
        site.confirm_night(&artist).await;
        assert!(!is_free(&site, dates).await);
        let ill = [("reason", "illness")];
        assert_eq!(site.post(&format!("{promoter}/cancel"), &ill).await.status, 303);
        assert!(is_free(&site, dates).await);
    }

    async fn bad_days_are_refused_with_the_reason(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        for (fields, says) in [
            (vec![("first", "2027-02-30")], "Choose the first day"),
            (vec![("first", "2027-03-13"), ("last", "2027-03-12")], "before the first one"),
            (vec![("first", "-009999-01-01"), ("repeats", "weekly")], "more than a year ago"),
        ] {
            let refused = block(&mari, &fields).await;
            assert_eq!(refused.status, 422, "{fields:?}");
            assert!(refused.text.contains(says), "{}", refused.text);
        }
        let minutes = mari.post(&format!("{CALENDAR}/settings"), &[("travel_minutes", "-3")]).await;
        assert_eq!(minutes.status, 422);
        let twice = mari.post(&format!("{CALENDAR}/blocks"), &[("first", "2027-03-13"), ("first", "2027-03-14")]).await;
        assert_eq!(twice.status, 303, "the first counts");

        // Another's calendar is not there.
        let anna = Member::join(&site, "anna@else.example", "Anna").await;
        assert_eq!(anna.get(CALENDAR).await.status, 404);
        assert_eq!(block(&anna, &[("first", "2027-03-13")]).await.status, 404);
        let page = mari.get(&format!("{CALENDAR}?month=2027-03")).await.text;
        let remove = between(&page, "action=\"/artists/night-ferry/calendar/blocks/", "\"").to_owned();
        assert_eq!(anna.post(&format!("{CALENDAR}/blocks/{remove}"), &[]).await.status, 404);
    }

    async fn a_pasted_calendar_blocks_its_days_and_keeps_none_of_its_words(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let url = format!("{CALENDAR}/import");
        let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist with Dr Muster\r\n\
            DTSTART;VALUE=DATE:20270312\r\nDTEND;VALUE=DATE:20270314\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\n\
            DTSTART:20270405T200000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(mari.post(&url, &[("calendar", file)]).await.status, 303);
        for (night, free) in [
            ("2027-03-11", true), ("2027-03-12", false), ("2027-03-13", false), ("2027-03-14", true),
            ("2027-04-05", false), ("2027-04-12", false), ("2027-04-19", false), ("2027-04-26", true),
        ] {
            assert_eq!(is_free(&site, night).await, free, "{night}");
        }
        let newer = file.replace("20270312", "20270313");
        assert_eq!(mari.post(&url, &[("calendar", &newer)]).await.status, 303);
        assert!(is_free(&site, "2027-03-12").await, "the newer one takes its place");
        let page = mari.get(&format!("{CALENDAR}?month=2027-03")).await.text;
        assert!(!page.contains("Dentist") && !page.contains("Muster"));
        let endless = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:19700101T000000Z\n\
            RRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n";
        let million = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", "BEGIN:VEVENT\nEND:VEVENT\n".repeat(5_001));
        for text in ["", "<html>", "BEGIN:VCALENDAR", endless, &million] {
            let answer = mari.post(&url, &[("calendar", text)]).await;
            assert!([303, 422].contains(&answer.status), "{}: {}", answer.status, &text[..text.len().min(60)]);
        }
        // The file itself, as it was exported.
        let upload = format!("{url}/file");
        for (wrong, why) in [
            (b"\xff\xfe not text".as_slice(), "it is text"),
            (b"%PDF-1.7", "BEGIN:VCALENDAR"),
            (b"", "Choose a calendar file"),
            (&b" ".repeat(5 * 1024 * 1024 + 1), "too large for a calendar"),
        ] {
            let answer = mari.upload(&upload, &[], wrong).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert!(answer.text.contains(why), "{why}: {}", answer.text);
        }
        let stranger = Member::join(&site, "x@elsewhere.example", "X").await;
        assert_eq!(stranger.upload(&upload, &[], file.as_bytes()).await.status, 404);
        let nonsense = stranger.post(&url, &[("calendar", "no calendar")]).await;
        assert_eq!(nonsense.status, 404, "nothing is read for who may not: {}", nonsense.text);
        assert!(is_free(&site, "2027-03-12").await, "nothing has changed");
        let taken = mari.upload(&upload, &[("month", "2027-03")], file.as_bytes()).await;
        assert!(taken.location().ends_with("month=2027-03&done=imported"), "{}", taken.location());
        assert!(!is_free(&site, "2027-03-12").await);
        assert_eq!(mari.post(&url, &[("clear", "yes")]).await.status, 303);
        assert!(is_free(&site, "2027-03-13").await);
    }

    async fn a_night_that_many_ask_for_shows_what_is_kept_first(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        for name in ["anna", "berta", "clara", "dora", "emma"] {
            site.sent_request_by(name).await;
        }
        let (_, held) = site.sent_request_by("freda").await;
        site.hold(&held, "2026-12-01").await;
        let page = mari.get(&format!("{CALENDAR}?month=2027-03")).await.text;
        let day = between(&page, "datetime=\"2027-03-13\"", "</td>");
        assert_eq!(day.matches("<li>").count(), 4, "{day}");
        assert!(day.contains("and 2 more"), "{day}");
        assert!(day.find("Night of freda").unwrap() < day.find("Night of anna").unwrap(), "{day}");
        let list = between(&page, "in a list</h3>", "</ul>");
        assert_eq!(list.matches("<h4>").count(), 6);
        assert!(!page.contains("than have room here"));
    }

    async fn a_secret_link_shows_the_calendar_until_it_is_ended(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let (promoter, artist) = site.sent_request().await;
        site.hold(&artist, "2026-12-01").await;
        block(&mari, &[("first", "2027-04-01"), ("last", "2027-04-03")]).await;
        let made = mari.post(&format!("{CALENDAR}/feeds"), &[]).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let link = between(&made.text, "<code>", "</code>").to_owned();
        let feed = site.get(&link).await;
        assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
        assert!(feed.headers["cache-control"].to_str().unwrap().contains("no-store"));
        let read = read_by_python(&feed.text);
        assert_eq!(read.len(), 2, "{}", feed.text);
        let (night, blocked) = (&read[0], &read[1]);
        assert_eq!(night["status"], "TENTATIVE");
        assert_eq!(night["start"], "2027-03-13T23:00:00+01:00");
        assert_eq!(night["end"], "2027-03-14T01:00:00+01:00");
        assert_eq!(night["location"], "Speicher 7, Hamburg, Germany");
        assert_eq!((&blocked["start"], &blocked["end"]), (&"2027-04-01".into(), &"2027-04-04".into()));

        site.accept(&artist).await;
        site.confirm_night(&artist).await;
        site.confirm_night(&promoter).await;
        let later = read_by_python(&site.get(&link).await.text);
        assert_eq!(later[0]["uid"], night["uid"], "the same entry");
        assert_eq!(later[0]["status"], "CONFIRMED");
        assert!(later[0]["sequence"].as_i64() > night["sequence"].as_i64());
        assert!(!feed.text.contains(PROMOTER) && !feed.text.contains(ARTIST));

        let page = mari.get(CALENDAR).await.text;
        let end = between(&page, "action=\"/artists/night-ferry/calendar/feeds/", "\"").to_owned();
        assert_eq!(mari.post(&format!("{CALENDAR}/feeds/{end}"), &[]).await.status, 303);
        assert_eq!(site.get(&link).await.status, 404);
        assert_eq!(site.get("/calendars/aaaa.ics").await.status, 404);
    }

    async fn mails_bring_the_night_as_a_calendar_file_that_others_read(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        site.hold(&artist, "2026-12-01").await;
        site.accept(&artist).await;
        site.confirm_night(&artist).await;
        site.confirm_night(&promoter).await;
        site.post(&format!("{artist}/cancel"), &[("reason", "illness")]).await;
        // What was held and is declined is off as well, and so is a night that is held no longer.
        let form = site.filled_form().await.set("key", "key-of-the-third-one-012");
        let form = form.set("night2", "2027-03-20").set("start2", "23:00").set("end2", "01:00");
        let (_, third) = site.sent_request_of(&form.set("event_name", "Two Dates")).await;
        site.hold(&third, "2026-12-01").await;
        let other = [("night", "2027-03-20"), ("until", "2026-12-01")];
        site.clock.advance(SignedDuration::from_mins(1));
        assert_eq!(site.post(&format!("{third}/hold"), &other).await.status, 303);
        site.post(&format!("{third}/decline"), &[("reason", "busy")]).await;
        let mails = site.mails_of(Kind::RequestMoved).await;
        let files: Vec<Vec<Value>> = mails.iter()
            .flat_map(|mail| mail.letter.as_ref().unwrap().attachments.clone())
            .map(|file| read_by_python(&file.text))
            .collect();
        let (files, of_third) = files.split_at(4);
        let nights: Vec<(&str, &str)> = of_third.iter()
            .map(|file| (file[0]["status"].as_str().unwrap(), &file[0]["start"].as_str().unwrap()[..10]))
            .collect();
        assert_eq!(nights, [
            ("TENTATIVE", "2027-03-13"),
            ("TENTATIVE", "2027-03-20"), ("CANCELLED", "2027-03-13"),
            ("CANCELLED", "2027-03-20"),
        ]);
        let seen: Vec<(&str, i64)> = files.iter()
            .map(|file| (file[0]["status"].as_str().unwrap(), file[0]["sequence"].as_i64().unwrap()))
            .collect();
        assert_eq!(seen, [("TENTATIVE", 3), ("TENTATIVE", 4), ("CONFIRMED", 6), ("CANCELLED", 7)]);
        assert!(files.iter().all(|file| file[0]["uid"] == files[0][0]["uid"]));
        site.send_mails().await;
        let sent = site.sent.take();
        let on_hold = sent.iter().map(|parcel| String::from_utf8_lossy(&parcel.message).into_owned());
        let on_hold = on_hold.filter(|mail| mail.contains("filename=\"night.ics\"")).count();
        assert_eq!(on_hold, 7);

        let own = site.get(&format!("{promoter}/night.ics")).await;
        assert_eq!(read_by_python(&own.text)[0]["status"], "CANCELLED");
        let other = site.filled_form().await.set("key", "key-of-the-second-one-01");
        let (promoter, _) = site.sent_request_of(&other).await;
        assert_eq!(site.get(&format!("{promoter}/night.ics")).await.status, 404, "no night yet");
    }
}

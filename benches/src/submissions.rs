//! Booking requests as they come in: whole forms, each with its acceptance, its event and its mail on
//! disk before it is answered, beside what the same disk can keep at all.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::SignedDuration;
use soundpost::artists::floor::Floor;
use soundpost::artists::{Facts, Listing, contact_store, store};
use soundpost::clock::Clock;
use soundpost::config::Config;
use soundpost::db::{Db, DbUrl};
use soundpost::mail::Site;
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;
use soundpost::places::Country;

use crate::Bench;
use crate::disk;
use crate::load::{Ask, NUMBER, Pressed, once, press, quantile};
use crate::program::{Installation, Serving};

/// Who send requests at once.
const CLIENTS: u32 = 64;
/// Artists beside the one that is asked.
const ARTISTS: u32 = 1_000;
/// The artist that is asked.
const SLUG: &str = "the-asked-one";

/// Measures them and adds their rows.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let (rounds, long) = match bench.rounds.quick {
        true => (2, Duration::from_secs(2)),
        false => (5, Duration::from_secs(5)),
    };
    let fresh = Fresh::new(bench)?;
    let folder = fresh.0.folder();
    let (mut sent, mut kept) = (Vec::new(), Vec::new());
    let (mut slowest, mut usual) = (Vec::new(), Vec::new());
    let mut numbers = Numbers::default();
    let serving = Serving::soundpost(&fresh.0, 64)?;
    let ask = form(&serving)?;
    for _ in 0..rounds {
        kept.push(disk::keeps_in_a_second(folder, long / 4)?);
        let mut pressed = send(&serving, &ask, long, &mut numbers)?;
        sent.push(pressed.rate());
        usual.push(quantile(&mut pressed.took, 0.99).as_secs_f64() * 1_000.0);
        slowest.push(quantile(&mut pressed.took, 1.0).as_secs_f64() * 1_000.0);
    }
    drop(serving);
    let figure = "requests kept in a second, 64 clients / pages kept by the disk";
    bench.table.at_least(figure, &sent, &kept, 1.5);
    let figure = "the slowest of them / their p99 (ms)";
    bench.table.at_most(figure, &slowest, &usual, 3.0);

    let Some(slow) = disk::slower(&bench.data)? else { return Ok(()) };
    let preload = slow.to_string_lossy().into_owned();
    let serving = Serving::soundpost_with(&fresh.0, 64, &[("LD_PRELOAD", &preload)])?;
    let (mut sent, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        kept.push(disk::keeps_slowly(&slow, folder, long / 4)?);
        sent.push(send(&serving, &ask, long, &mut numbers)?.rate());
    }
    let figure = "the same with 4 ms more for each fsync / that disk";
    bench.table.at_least(figure, &sent, &kept, 32.0);
    Ok(())
}

/// Numbers that no request has had yet.
#[derive(Default)]
struct Numbers(u32);

fn send(serving: &Serving, ask: &Ask, long: Duration, numbers: &mut Numbers) -> Result<Pressed> {
    let first = numbers.0;
    numbers.0 += 10_000_000;
    press(serving.port, ask, long, CLIENTS, first)
}

/// The form as somebody has filled it in; every copy has a key and an address of its own.
fn form(serving: &Serving) -> Result<Ask> {
    let path = format!("/artists/{SLUG}/request");
    let page = once(serving.port, &Ask::get(&path, &[], 200))?;
    let page = String::from_utf8_lossy(&page.body).into_owned();
    let (_, after) =
        page.split_once("name=\"disclaimer_hash\" value=\"").context("a disclaimer")?;
    let disclaimer = after.split('"').next().context("its hash")?;
    let night = Clock::system().now().plus(SignedDuration::from_hours(100 * 24)).date_utc();
    let form = format!(
        "key=the-key-of-{NUMBER}&disclaimer_hash={disclaimer}&disclaimer_accepted=yes&action=send\
         &event_name=Harbour+Night&event_kind=club_night&visibility=public&night1={night}\
         &start1=23%3A00&end1=01%3A00&zone=Europe%2FBerlin&venue_name=Speicher+7\
         &venue_city=Hamburg&venue_country=DE&performance=live&deal=quote&your_name=Jonas&role=venue\
         &email=p{NUMBER}%40load.example\
         &message=We+run+a+Saturday+for+three+hundred+people+in+an+old+warehouse.\
         &age=adult&your_country=DE&privacy=yes"
    );
    Ok(Ask::post(&path, &form, 303))
}

/// A copy of an installation, with an artist that takes requests, for one run.
struct Fresh(Installation);

impl Fresh {
    fn new(bench: &Bench) -> Result<Self> {
        let copy = fresh_copy(bench, "submissions")?;
        list_one(&copy)?;
        Ok(Self(copy))
    }
}

/// A copy of the small installation under a name, for one run.
pub fn fresh_copy(bench: &Bench, name: &str) -> Result<Installation> {
    let seeded = Installation::on_sqlite(&bench.program, &bench.data, ARTISTS)?;
    let folder = bench.data.join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder)?;
    for name in ["soundpost.toml", "soundpost.db", "seeded"] {
        fs::copy(seeded.folder().join(name), folder.join(name))?;
    }
    Installation::copied(&bench.program, folder)
}

/// The database of an installation, opened beside the program, and what its mails say of it.
pub fn database_of(installation: &Installation) -> Result<(Db, Site)> {
    let file: PathBuf = installation.folder().join("soundpost.db");
    let url = format!("sqlite:{}", file.display());
    let environment = [("SOUNDPOST_DATABASE_URL".to_owned(), url)];
    let file_of_configuration = installation.folder().join("soundpost.toml");
    let config = Config::load(Some(&file_of_configuration), environment.into_iter())?;
    let site = Site {
        name: config.site_name.clone(),
        base_url: "http://localhost:8080".to_owned(),
        mail_domain: "soundpost.example".to_owned(),
        operator: EmailAddress::parse(&config.operator.email).map_err(anyhow::Error::msg)?,
    };
    let database = DbUrl::Sqlite(file);
    Ok((Db::open(database, config.master.clone().into(), Clock::system(), 1)?, site))
}

impl Drop for Fresh {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(self.0.folder()));
    }
}

/// Lists an artist whose team has said yes.
fn list_one(installation: &Installation) -> Result<()> {
    let (db, _) = database_of(installation)?;
    let facts = Facts {
        slug: SLUG.to_owned(),
        name: "The Asked One".to_owned(),
        listing: Listing::Listed,
        genres: vec!["techno".to_owned()],
        country: Country::from_code("EE"),
        city: "Tallinn".to_owned(),
        bio: String::new(),
        plays: Vec::new(),
        links: Vec::new(),
        floor: Floor::default(),
        source: String::new(),
    };
    let listing = db.write(move |tx| {
        let artist = store::insert_artist(tx, &facts, &[])?;
        let address = EmailAddress::parse("team@asked.example").map_err(anyhow::Error::msg)?;
        let contact = ensure_contact(tx, &address)?;
        contact_store::add_contact(tx, artist, contact.id)?;
        contact_store::confirm_contact(tx, artist, contact.id)
    });
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(listing)?;
    db.close();
    Ok(())
}

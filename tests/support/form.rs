//! A request form filled in as a promoter does, and an act to send it to.

use soundpost::artists::floor::Floor;
use soundpost::artists::{Facts, Listing, Performance, contact_store, store};
use soundpost::disclaimer;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;
use soundpost::places::Country;

use super::{Answer, Site, link_in};

/// The address of the act's team.
pub const ARTIST: &str = "booking@night-ferry.example";
/// The promoter's address.
pub const PROMOTER: &str = "jonas@speicher7.example";

/// An act with a floor of your choice.
pub fn facts(slug: &str, name: &str, floor: Floor) -> Facts {
    Facts {
        slug: slug.into(),
        name: name.into(),
        listing: Listing::Listed,
        genres: vec!["ambient".into(), "electro".into()],
        country: Country::from_code("EE"),
        city: "Tallinn".into(),
        bio: "Tapes from the engine room.".into(),
        plays: vec![Performance::Live],
        links: Vec::new(),
        floor,
        source: "entered by the artist".into(),
    }
}

/// A form, field by field.
#[derive(Debug, Clone)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn set(mut self, name: &str, value: &str) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.0.push((name.into(), value.into())),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

impl Site {
    /// Lists an act that takes requests.
    pub async fn list_act(&self, facts: Facts) {
        self.db
            .write(move |tx| {
                let id = store::insert_artist(tx, &facts, &[])?;
                let address = EmailAddress::parse(&format!("booking@{}.example", facts.slug));
                let contact = ensure_contact(tx, &address.unwrap())?;
                contact_store::add_contact(tx, id, contact.id)?;
                contact_store::confirm_contact(tx, id, contact.id)
            })
            .await
            .unwrap();
    }

    /// Night Ferry, without a floor.
    pub async fn list_night_ferry(&self) {
        self.list_act(facts("night-ferry", "Night Ferry", Floor::default())).await;
    }

    /// A complete form with the current disclaimer accepted.
    pub async fn filled_form(&self) -> Form {
        let now = self.db.now();
        let current =
            self.db.read(move |reader| disclaimer::store::get_current(reader, now)).await.unwrap();
        let fields = [
            ("key", "key-0123456789abcdef"),
            ("disclaimer_hash", current.sha256.as_str()),
            ("disclaimer_accepted", "yes"),
            ("action", "send"),
            ("event_name", "Harbour Night"),
            ("event_kind", "club_night"),
            ("visibility", "public"),
            ("night1", "2027-03-13"),
            ("start1", "23:00"),
            ("end1", "01:00"),
            ("zone", "Europe/Berlin"),
            ("venue_name", "Speicher 7"),
            ("venue_city", "Hamburg"),
            ("venue_country", "DE"),
            ("capacity", "300"),
            ("performance", "live"),
            ("deal", "flat"),
            ("amount", "900"),
            ("currency", "EUR"),
            ("your_name", "Jonas"),
            ("trading_name", "Speicher 7"),
            ("role", "venue"),
            ("email", PROMOTER),
            ("message", "We run a Saturday for three hundred people in an old warehouse."),
            ("age", "adult"),
            ("your_country", "DE"),
            ("privacy", "yes"),
        ];
        Form(fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    pub async fn submit(&self, form: &Form) -> Answer {
        self.post("/artists/night-ferry/request", &form.pairs()).await
    }

    /// Sends a request and confirms it; returns the links of the two sides: (promoter, artist).
    pub async fn sent_request(&self) -> (String, String) {
        let form = self.filled_form().await;
        self.sent_request_of(&form).await
    }

    pub async fn sent_request_of(&self, form: &Form) -> (String, String) {
        assert_eq!(self.submit(form).await.status, 303);
        let confirm = link_in(&self.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        assert_eq!(self.post(&confirm, &[]).await.status, 303);
        let promoter = link_in(&self.mail_of(Kind::RequestSent).await, "/t/");
        let artist = link_in(&self.mail_of(Kind::NewRequest).await, "/t/");
        (promoter, artist)
    }
}

//! A thread as its two sides use it: each move by its own page, as a browser posts it.

use soundpost::booking_requests::{State, hold_store, list_store, store};
use soundpost::ids::RequestId;
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;

use super::visitor::hidden;
use super::{Answer, Site, link_in};

/// The fields of a form as a page shows them: inputs, chosen options, texts.
pub fn fields_of(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form ").find(|form| form.contains("name=\"revision\"")).unwrap();
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let attribute = |name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            Some(rest.split('"').next().unwrap().to_owned())
        };
        let is_choice = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        if tag.starts_with("input") && (!is_choice || tag.contains(" checked")) {
            fields.push((attribute("name").unwrap(), attribute("value").unwrap_or_default()));
        } else if tag.starts_with("select") {
            fields.push((attribute("name").unwrap(), String::new()));
        } else if tag.starts_with("option") && tag.contains(" selected") {
            fields.last_mut().unwrap().1 = attribute("value").unwrap();
        } else if tag.starts_with("textarea") {
            let text = tag.split_once(">\n").map_or("", |(_, text)| text);
            fields.push((attribute("name").unwrap(), text.to_owned()));
        }
    }
    fields
}

impl Site {
    /// A request of another promoter, by a name that stands in its event, for the same night.
    pub async fn sent_request_by(&self, name: &str) -> (String, String) {
        let form = self.filled_form().await;
        let form = form.set("key", &format!("key-of-{name}-0123456789"));
        let form = form.set("email", &format!("{name}@{name}.example"));
        let form = form.set("event_name", &format!("Night of {name}")).set("your_name", name);
        self.sent_request_of(&form.set("trading_name", "")).await
    }

    /// The request behind a link.
    pub async fn request_at(&self, thread: &str) -> RequestId {
        let title = self.get(thread).await.text;
        let event = title.split("<h1 dir=\"auto\">").nth(1).unwrap().split('<').next().unwrap();
        let event = event.to_owned();
        let found = self.db.read(move |reader| {
            let act = soundpost::artists::store::find_by_slug(reader, "night-ferry")?.unwrap();
            for id in list_store::list_of_artist(reader, act.id, 50)? {
                let request = store::get_request(reader, id)?;
                if request.revision.terms.event.name == event {
                    return Ok(Some(id));
                }
            }
            Ok(None)
        });
        found.await.unwrap().unwrap()
    }

    /// Where the request behind a link stands.
    pub async fn state_at(&self, thread: &str) -> State {
        let id = self.request_at(thread).await;
        self.db.read(move |reader| store::get_request(reader, id)).await.unwrap().state
    }

    /// The rank of its hold; 0 when it has none.
    pub async fn rank_at(&self, thread: &str) -> i64 {
        let id = self.request_at(thread).await;
        let hold = self.db.read(move |reader| hold_store::find_hold(reader, id)).await.unwrap();
        hold.map_or(0, |hold| hold.rank)
    }

    /// Accepts for the first night, with everything that the page asks for.
    pub async fn accept(&self, thread: &str) -> Answer {
        let url = format!("{thread}/accept");
        let page = self.get(&url).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let mut fields =
            vec![("revision", hidden(&page.text, "revision")), ("night", "2027-03-13")];
        if page.text.contains("name=\"disclaimer_hash\"") {
            fields.push(("disclaimer_hash", hidden(&page.text, "disclaimer_hash")));
            fields.push(("disclaimer_accepted", "yes"));
        }
        self.post(&url, &fields).await
    }

    /// Proposes other terms: the form as it is shown, with these fields changed.
    pub async fn counter(&self, thread: &str, changed: &[(&str, &str)]) -> Answer {
        let url = format!("{thread}/counter");
        let page = self.get(&url).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let mut fields = fields_of(&page.text);
        fields.push(("disclaimer_accepted".into(), "yes".into()));
        for (name, value) in changed {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).into(), (*value).into()));
        }
        let pairs: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&url, &pairs).await
    }

    /// Keeps the first night until a day.
    pub async fn hold(&self, thread: &str, until: &str) -> Answer {
        let fields = [("night", "2027-03-13"), ("until", until)];
        self.post(&format!("{thread}/hold"), &fields).await
    }

    /// Says that the agreement is made.
    pub async fn confirm_night(&self, thread: &str) -> Answer {
        self.post(&format!("{thread}/confirm"), &[("agreed_elsewhere", "yes")]).await
    }

    /// A move without fields.
    pub async fn make(&self, thread: &str, step: &str) -> Answer {
        self.post(&format!("{thread}/{step}"), &[]).await
    }

    /// The mails about moves since `before` of them: (to, subject).
    pub async fn told_since(&self, before: usize) -> Vec<(String, String)> {
        let mails = self.moves().await;
        mails[before..]
            .iter()
            .map(|mail| {
                let letter = mail.letter.as_ref().unwrap();
                let what = letter.subject.split(':').next().unwrap();
                (letter.to.clone(), what.to_owned())
            })
            .collect()
    }

    /// How many mails about moves there are.
    pub async fn told(&self) -> usize {
        self.moves().await.len()
    }

    /// Every mail about a move, oldest first.
    pub async fn moves(&self) -> Vec<Stored> {
        let kinds = [Kind::RequestMoved, Kind::CounterOffer];
        self.mails().await.into_iter().filter(|mail| kinds.contains(&mail.kind)).collect()
    }

    /// A fresh link to a thread, from the newest mail to an address.
    pub async fn newest_link_to(&self, address: &str) -> String {
        let mails = self.mails().await;
        let to = |mail: &&Stored| mail.letter.as_ref().is_some_and(|letter| letter.to == address);
        link_in(mails.iter().rev().find(to).unwrap(), "/t/")
    }
}

//! Somebody who comes to a server from outside: looks at pages, fills in forms and sends them.

use jiff::SignedDuration;
use soundpost::clock::Clock;

use super::Answer;

/// Somebody who looks at pages of a server and fills in forms on them.
#[derive(Debug, Clone)]
pub struct Visitor {
    base: String,
    http: reqwest::Client,
}

impl Visitor {
    /// Goes to the server on this port.
    pub fn new(port: u16) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .resolve("localhost", ([127, 0, 0, 1], port).into())
            .build()
            .unwrap();
        Self { base: format!("http://localhost:{port}"), http }
    }

    /// An absolute address, or the path of a page.
    fn absolute(&self, url: &str) -> String {
        if url.starts_with("http") { url.to_owned() } else { format!("{}{url}", self.base) }
    }

    pub async fn get(&self, url: &str) -> Answer {
        self.try_get(url).await.expect("an answer")
    }

    pub async fn get_with(&self, url: &str, (name, value): (&str, &str)) -> Answer {
        let request = self.http.get(self.absolute(url)).header(name, value);
        answer(request).await.expect("an answer")
    }

    /// None when the server is not there.
    pub async fn try_get(&self, url: &str) -> Option<Answer> {
        answer(self.http.get(self.absolute(url))).await
    }

    pub async fn post(&self, url: &str, form: &str) -> Answer {
        self.try_post(url, form).await.expect("an answer")
    }

    /// Posts a form; none when the server went away before it had answered.
    pub async fn try_post(&self, url: &str, form: &str) -> Option<Answer> {
        let request = self
            .http
            .post(self.absolute(url))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        answer(request).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Option<Answer> {
    let answer = request.send().await.ok()?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = String::from_utf8_lossy(&answer.bytes().await.ok()?).into_owned();
    Some(Answer { status, headers, text })
}

/// Between the two marks.
#[track_caller]
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    let length = text[start..].find(to).unwrap_or_else(|| panic!("no {to} after {from}"));
    &text[start..start + length]
}

/// The value of a hidden field.
#[track_caller]
pub fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    between(page, &format!("name=\"{name}\" value=\""), "\"")
}

/// A form as it is posted.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A complete booking request, for a night a hundred days from now.
pub fn booking_request(key: &str, disclaimer_sha256: &str, email: &str) -> String {
    let night = Clock::system().now().plus(SignedDuration::from_hours(100 * 24)).date_utc();
    encoded(&[
        ("key", key),
        ("disclaimer_hash", disclaimer_sha256),
        ("disclaimer_accepted", "yes"),
        ("action", "send"),
        ("event_name", "Harbour Night"),
        ("event_kind", "club_night"),
        ("visibility", "public"),
        ("night1", &night.to_string()),
        ("start1", "23:00"),
        ("end1", "01:00"),
        ("zone", "Europe/Berlin"),
        ("venue_name", "Speicher 7"),
        ("venue_city", "Hamburg"),
        ("venue_country", "DE"),
        ("performance", "live"),
        ("deal", "quote"),
        ("your_name", "Jonas"),
        ("role", "venue"),
        ("email", email),
        ("message", "We run a Saturday for three hundred people in an old warehouse."),
        ("age", "adult"),
        ("your_country", "DE"),
        ("privacy", "yes"),
    ])
}

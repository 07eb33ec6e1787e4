//! A provider of sign-in that lies when told to, and browsers that go there and back.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use reqwest::header::{LOCATION, SET_COOKIE};
use serde_json::Value;
use soundpost::config::providers::{Protocol, Provider, Secret};
use soundpost::mail::Kind;

use super::member::joining;
use super::visitor::{between, hidden};
use super::{Answer, Site, link_in};

/// What the provider and the site share.
pub const CLIENT_SECRET: &str = "a-secret-of-both-sides";

/// A running `forging.mjs`.
pub struct Forger {
    process: Child,
    orders: Option<ChildStdin>,
    told: BufReader<ChildStdout>,
    /// Where it is.
    pub issuer: String,
}

impl Forger {
    pub fn start() -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        assert!(
            Path::new(root).join("tests/browser/node_modules/oauth2-mock-server").exists(),
            "oauth2-mock-server is needed: cd tests/browser && npm ci"
        );
        let mut process = Command::new("node")
            .arg(Path::new(root).join("tests/browser/support/forging.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        let orders = process.stdin.take();
        let mut told = BufReader::new(process.stdout.take().unwrap());
        let issuer = answer(&mut told)["issuer"].as_str().unwrap().to_owned();
        Self { process, orders, told, issuer }
    }

    /// Tells it what to say from now on, at the time of the site; returns the id_token before.
    pub fn order(&mut self, site: &Site, mut order: Value) -> String {
        order["now"] = site.clock.now().seconds().into();
        order["secret"] = CLIENT_SECRET.into();
        let orders = self.orders.as_mut().unwrap();
        writeln!(orders, "{order}").unwrap();
        orders.flush().unwrap();
        answer(&mut self.told)["given"].as_str().unwrap().to_owned()
    }

    /// As it is configured under an id.
    pub fn configured_as(&self, id: &'static str) -> Provider {
        Provider {
            id,
            name: "Harbour ID".into(),
            privacy_url: "https://id.harbour.example/privacy".into(),
            client_id: "soundpost".into(),
            protocol: Protocol::OpenId {
                issuer: self.issuer.clone(),
                secret: Secret::new(CLIENT_SECRET),
            },
            origins: vec![self.issuer.clone()],
        }
    }
}

fn answer(told: &mut BufReader<ChildStdout>) -> Value {
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    serde_json::from_str(&line).expect("the provider did not answer")
}

impl Drop for Forger {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.orders.take());
        let _ = self.process.wait();
    }
}

#[derive(Debug, Clone)]
struct Cookie {
    value: String,
    /// Whether it comes along with a form that another site posts (`SameSite=None`).
    goes_everywhere: bool,
}

/// A browser: it keeps cookies and brings them where they belong.
pub struct Browser {
    site: Site,
    jar: Mutex<BTreeMap<String, Cookie>>,
}

impl Browser {
    /// One without cookies.
    pub fn new(site: &Site) -> Self {
        Self { site: site.clone(), jar: Mutex::default() }
    }

    /// One that is signed in by this cookie.
    pub fn signed_in(site: &Site, session: &str) -> Self {
        let browser = Self::new(site);
        let cookie = Cookie { value: session.to_owned(), goes_everywhere: false };
        browser.jar.lock().unwrap().insert("session".into(), cookie);
        browser
    }

    /// One in which somebody has just made an account.
    pub async fn joined(site: &Site, email: &str, name: &str) -> Self {
        let browser = Self::new(site);
        let asked = browser.sends("/join", &joining(email, name)).await;
        assert_eq!(asked.location(), "/join/sent");
        let link = link_in(&site.mail_of(Kind::JoinLink).await, "/sign-in/");
        assert_eq!(browser.sends(&link, &[]).await.status, 303);
        browser
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).map(|cookie| cookie.value.clone())
    }

    fn header(&self, only_everywhere: bool) -> String {
        let jar = self.jar.lock().unwrap();
        let brought = jar.iter().filter(|(_, cookie)| cookie.goes_everywhere || !only_everywhere);
        let pairs = brought.map(|(name, cookie)| format!("{name}={}", cookie.value));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&self, answer: Answer) -> Answer {
        let mut jar = self.jar.lock().unwrap();
        for header in answer.headers.get_all(SET_COOKIE) {
            let header = header.to_str().unwrap();
            let (name, rest) = header.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap().to_owned();
            let goes_everywhere = rest.contains("SameSite=None") && rest.contains("Secure");
            if rest.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), Cookie { value, goes_everywhere });
            }
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.keep(self.site.get_with(path, &[("cookie", &self.header(false))]).await)
    }

    /// Sends a form of a page for everybody.
    pub async fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookies = self.header(false);
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookies.as_str())];
        self.keep(self.site.post_with(path, fields, &headers).await)
    }

    /// Presses a button of a page for members.
    pub async fn presses(&self, path: &str) -> Answer {
        let token = hidden(&self.get("/account").await.text, "form_token").to_owned();
        self.sends(path, &[("form_token", &token)]).await
    }

    /// Sends a form of a page of another site: only some cookies come along.
    pub async fn sends_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookies = self.header(true);
        let headers =
            [("sec-fetch-site", "cross-site"), ("origin", origin), ("cookie", cookies.as_str())];
        self.keep(self.site.post_with(path, fields, &headers).await)
    }

    /// Opens the way to a provider to sign in there.
    pub async fn opens_the_way(&self, provider: &str, next: &str) -> Answer {
        self.sends(&format!("/sign-in/with/{provider}"), &[("next", next)]).await
    }

    /// Goes to a provider to sign in there; returns the path to which that sends back.
    pub async fn goes_to(&self, provider: &str) -> String {
        there(&self.opens_the_way(provider, "/account").await).await
    }

    /// Goes to a provider to link who one is there; returns the path to which that sends back.
    pub async fn goes_to_link(&self, provider: &str) -> String {
        there(&self.presses(&format!("/account/providers/{provider}/link")).await).await
    }

    /// Links who one is at a provider.
    pub async fn links(&self, provider: &str) {
        let back = self.goes_to_link(provider).await;
        assert_eq!(self.get(&back).await.location(), "/account/providers");
    }

    /// Signs in by a provider, if it and the site let one.
    pub async fn signs_in_by(&self, provider: &str) -> Answer {
        let back = self.goes_to(provider).await;
        self.get(&back).await
    }

    pub async fn is_signed_in(&self) -> bool {
        self.get("/account").await.status == 200
    }
}

/// The plain link on a page that leads to a provider.
#[track_caller]
pub fn way(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    let link = between(&page.text, "<a class=\"button primary\" href=\"", "\"");
    link.replace("&#38;", "&").replace("&amp;", "&")
}

/// Follows it, and returns the path to which the provider sends back.
pub async fn there(page: &Answer) -> String {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let sent = client.get(way(page)).send().await.unwrap();
    let back = sent.headers()[LOCATION].to_str().unwrap();
    let back = url::Url::parse(back).unwrap();
    format!("{}?{}", back.path(), back.query().unwrap())
}

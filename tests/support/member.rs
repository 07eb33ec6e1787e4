//! Somebody with an account, in a browser of their own.

use reqwest::header::SET_COOKIE;
use soundpost::mail::Kind;

use super::visitor::between;
use super::{Answer, Site, link_in, pictures};

/// A signed-in browser.
#[derive(Clone)]
pub struct Member {
    site: Site,
    cookie: String,
    form_token: String,
}

/// The value of a cookie that an answer sets; none when it sets no such cookie.
pub fn cookie_set(answer: &Answer, name: &str) -> Option<String> {
    answer.headers.get_all(SET_COOKIE).iter().find_map(|header| {
        let (known, rest) = header.to_str().unwrap().split_once('=').unwrap();
        (known == name).then(|| rest.split(';').next().unwrap().to_owned())
    })
}

/// A complete form of who makes an account.
pub fn joining<'a>(email: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", name),
        ("email", email),
        ("age", "adult"),
        ("your_country", "DE"),
        ("privacy", "yes"),
    ]
}

impl Member {
    /// Asks for an account; returns the path in the mail, and the browser's mark.
    pub async fn ask_to_join(site: &Site, email: &str, name: &str) -> (String, String) {
        let asked = site.post("/join", &joining(email, name)).await;
        assert_eq!(asked.location(), "/join/sent");
        let link = link_in(&site.mail_of(Kind::JoinLink).await, "/sign-in/");
        (link, cookie_set(&asked, "browser").unwrap())
    }

    /// Presses the button behind a link.
    pub async fn use_link(site: &Site, link: &str, mark: &str) -> Self {
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", &format!("browser={mark}"))];
        let used = site.post_with(link, &[], &headers).await;
        assert_eq!(used.status, 303, "{}", used.text);
        Self::with_cookie(site, cookie_set(&used, "session").unwrap()).await
    }

    async fn with_cookie(site: &Site, cookie: String) -> Self {
        Self::known_at(site, cookie, "/account").await
    }

    /// Somebody with this cookie, who may open that page.
    pub async fn known_at(site: &Site, cookie: String, path: &str) -> Self {
        let mut member = Self { site: site.clone(), cookie, form_token: String::new() };
        let page = member.get(path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        member.form_token = between(&page.text, "name=\"form_token\" value=\"", "\"").to_owned();
        member
    }

    /// Signs in by a link to an account that asks for a second factor as well, which is yet to come.
    pub async fn half_way(site: &Site, email: &str) -> Self {
        assert_eq!(site.post("/sign-in", &[("email", email)]).await.location(), "/sign-in/sent");
        let link = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        let used = site.post(&link, &[]).await;
        let cookie = cookie_set(&used, "session").unwrap();
        Self::known_at(site, cookie, "/sign-in/code").await
    }

    /// Shows a code; the member that comes of it, or the answer that says why not.
    pub async fn shows(&self, code: &str) -> Result<Self, Answer> {
        let shown = self.post("/sign-in/code", &[("code", code)]).await;
        match cookie_set(&shown, "session") {
            Some(cookie) => Ok(Self::with_cookie(&self.site, cookie).await),
            None => Err(shown),
        }
    }

    /// Shows a code once more, and may decide about others after that.
    pub async fn elevates(&self, code: &str) -> Self {
        let shown = self.post("/staff/elevate", &[("code", code)]).await;
        assert_eq!(shown.location(), "/staff", "{}", shown.text);
        Self::with_cookie(&self.site, cookie_set(&shown, "session").unwrap()).await
    }

    /// Makes an account and is signed in to it.
    pub async fn join(site: &Site, email: &str, name: &str) -> Self {
        let (link, mark) = Self::ask_to_join(site, email, name).await;
        Self::use_link(site, &link, &mark).await
    }

    /// Signs in to an account that there is, in another browser.
    pub async fn sign_in(site: &Site, email: &str) -> Self {
        assert_eq!(site.post("/sign-in", &[("email", email)]).await.location(), "/sign-in/sent");
        let link = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        Self::use_link(site, &link, "").await
    }

    /// The secret in the cookie.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// What the forms of this sign-in carry.
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// The header by which the browser is known.
    pub fn header(&self) -> String {
        format!("session={}", self.cookie)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.site.get_with(path, &[("cookie", &self.header())]).await
    }

    /// Posts a form as the browser does from a page of this sign-in.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("form_token", self.form_token()));
        self.post_plainly(path, &fields).await
    }

    /// Posts a form with one more cookie than that of the sign-in.
    pub async fn post_with_cookie(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, value): (&str, &str),
    ) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("form_token", self.form_token()));
        let cookie = format!("{}; {name}={value}", self.header());
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookie.as_str())];
        self.site.post_with(path, &fields, &headers).await
    }

    /// Posts a form with a file.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let fields = [&[("form_token", self.form_token())][..], fields].concat();
        self.upload_plainly(path, &fields, file).await
    }

    /// The same without the token of the sign-in's forms.
    pub async fn upload_plainly(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let cookie = self.header();
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookie.as_str())];
        let body = pictures::multipart(fields, file);
        self.site.post_body(path, pictures::MULTIPART, body, &headers).await
    }

    /// The bytes at an address.
    pub async fn bytes(&self, path: &str) -> (Answer, Vec<u8>) {
        self.site.bytes(path, &[("cookie", &self.header())]).await
    }

    /// Posts without the token of the sign-in's forms.
    pub async fn post_plainly(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.header();
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookie.as_str())];
        self.site.post_with(path, fields, &headers).await
    }
}

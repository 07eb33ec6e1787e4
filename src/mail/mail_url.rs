//! The one line of configuration that says where mail goes.
//!
//! | line | mails go |
//! | --- | --- |
//! | `smtp://[user:password@]host[:port][?tls=required\|opportunistic\|none][&ca=/path.pem]` | to a mail server; TLS begins with STARTTLS |
//! | `smtps://[user:password@]host[:port][?ca=/path.pem]` | to a mail server; TLS from the first byte |
//! | `file:/path/to/maildir` | into a maildir |
//! | `mailbox:` | nowhere: they stay in the database, to be read there |
//!
//! Without TLS only a mail server on this very machine is spoken to, so that no mail, and no
//! password, ever travels in the clear.

use std::fmt;
use std::path::PathBuf;

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Where mail goes. `Display` and `Debug` show neither user name nor password.
#[derive(Clone, PartialEq, Eq)]
pub enum MailUrl {
    /// To a mail server.
    Smtp(SmtpUrl),
    /// Into the maildir at this absolute path.
    Maildir(PathBuf),
    /// Nowhere; mails stay in the database.
    Mailbox,
}

/// A mail server and how to speak with it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    /// Name or address of the mail server.
    pub host: Host<String>,
    /// TCP port: 465 for `smtps`, 587 (submission) for `smtp` with a user name, else 25.
    pub port: u16,
    /// When the conversation becomes unreadable for others.
    pub encryption: Encryption,
    /// Who we are to the mail server, if it asks.
    pub credentials: Option<Credentials>,
    /// A PEM file of certificates to trust besides the system's, for a house with its own
    /// authority.
    pub ca: Option<PathBuf>,
}

/// When a conversation with a mail server is encrypted. Where it is, the server's certificate is
/// always checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS or no mail at all.
    Required,
    /// STARTTLS if the server offers it. On loopback only.
    Opportunistic,
    /// Never. On loopback only.
    None,
}

/// Why a text is no mail URL, as it is told after the name of the setting. None repeats any part
/// of the text: it may hold a password.
type Reason = &'static str;

const FORM: Reason = "must look like smtp://user:password@mail.example:587, smtps://mail.example, \
                      file:/var/mail/soundpost or mailbox:";
const CREDENTIALS: Reason = "must hold a user name and a password, or neither";
const ENCODING: Reason = "must write some characters of the user name and password with a percent \
                          sign: # is %23, ? is %3F, / is %2F, : is %3A, @ is %40, % is %25";
const OPTIONS: Reason = "must have nothing behind the question mark but tls=required, \
                         tls=opportunistic or tls=none (with smtp://), and ca=/certificates.pem";
const UNENCRYPTED: Reason = "must encrypt mail to another machine: tls=opportunistic and tls=none \
                             are for a mail server on this one (localhost, 127.0.0.1, [::1])";
const RELATIVE: Reason = "must name the maildir from the root, as in file:/var/mail/soundpost";

impl MailUrl {
    /// Reads the line of the configuration. An error says what the line "must", without
    /// repeating it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(String::from)
    }

    fn read(text: &str) -> Result<Self, Reason> {
        let url = Url::parse(text).map_err(|_| FORM)?;
        if url.fragment().is_some() {
            return Err(ENCODING);
        }
        match url.scheme() {
            "smtp" | "smtps" => SmtpUrl::from_url(&url).map(Self::Smtp),
            "file" => maildir_path(text, &url).map(Self::Maildir),
            "mailbox" if url.path().is_empty() && url.query().is_none() => Ok(Self::Mailbox),
            _ => Err(FORM),
        }
    }

    /// Whether mails stay in the database.
    pub const fn is_mailbox(&self) -> bool {
        matches!(self, Self::Mailbox)
    }

    /// The machine that processes the mails, when it is not this one's file system or database.
    pub fn mail_server(&self) -> Option<&Host<String>> {
        match self {
            Self::Smtp(smtp) => Some(&smtp.host),
            Self::Maildir(_) | Self::Mailbox => None,
        }
    }
}

fn maildir_path(text: &str, url: &Url) -> Result<PathBuf, Reason> {
    if url.query().is_some() {
        return Err(FORM);
    }
    // The parser of the URL standard would read `file:mail` as `/mail`.
    let absolute = text.get("file:".len()..).is_some_and(|path| path.starts_with('/'));
    match url.to_file_path() {
        Ok(path) if absolute => Ok(path),
        _ => Err(RELATIVE),
    }
}

impl SmtpUrl {
    fn from_url(url: &Url) -> Result<Self, Reason> {
        if !matches!(url.path(), "" | "/") {
            return Err(FORM);
        }
        let host = host(url)?;
        let credentials = credentials(url)?;
        let (tls, ca) = options(url)?;
        let encryption = match (url.scheme(), tls) {
            ("smtps", None) => Encryption::Implicit,
            ("smtps", Some(_)) => return Err(OPTIONS),
            (_, Some(chosen)) => chosen,
            // What never leaves the machine gains nothing from encryption.
            (_, None) if is_loopback(&host) => Encryption::None,
            (_, None) => Encryption::Required,
        };
        let in_the_clear = matches!(encryption, Encryption::Opportunistic | Encryption::None);
        if in_the_clear && !is_loopback(&host) {
            return Err(UNENCRYPTED);
        }
        let usual_port = match (encryption, &credentials) {
            (Encryption::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        };
        let port = url.port().unwrap_or(usual_port);
        Ok(Self { host, port, encryption, credentials, ca })
    }
}

/// Parsed again, because in a scheme it does not know the URL standard takes 127.0.0.1 for a name.
fn host(url: &Url) -> Result<Host<String>, Reason> {
    let text = url.host_str().filter(|text| !text.is_empty()).ok_or(FORM)?;
    Host::parse(text).map_err(|_| FORM)
}

fn is_loopback(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Reason> {
    let decoded = |text: &str| {
        let bytes = percent_decode_str(text);
        bytes.decode_utf8().map(String::from).map_err(|_| ENCODING)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None | Some("")) => Err(CREDENTIALS),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn options(url: &Url) -> Result<(Option<Encryption>, Option<PathBuf>), Reason> {
    let (mut tls, mut ca) = (None, None);
    for (name, value) in url.query_pairs() {
        match (&*name, &*value) {
            ("tls", "required") if tls.is_none() => tls = Some(Encryption::Required),
            ("tls", "opportunistic") if tls.is_none() => tls = Some(Encryption::Opportunistic),
            ("tls", "none") if tls.is_none() => tls = Some(Encryption::None),
            ("ca", path) if path.starts_with('/') && ca.is_none() => ca = Some(path.into()),
            _ => return Err(OPTIONS),
        }
    }
    Ok((tls, ca))
}

impl fmt::Display for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(smtp) => smtp.fmt(f),
            Self::Maildir(path) => write!(f, "file:{}", path.display()),
            Self::Mailbox => f.write_str("mailbox:"),
        }
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, tls) = match self.encryption {
            Encryption::Implicit => ("smtps", ""),
            Encryption::Required => ("smtp", "?tls=required"),
            Encryption::Opportunistic => ("smtp", "?tls=opportunistic"),
            Encryption::None => ("smtp", "?tls=none"),
        };
        let user = if self.credentials.is_some() { "***:***@" } else { "" };
        write!(f, "{scheme}://{user}{}:{}{tls}", self.host, self.port)
    }
}

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        MailUrl::parse(text).map_or_else(|reason| reason, |url| url.to_string())
    }

    #[test]
    fn mail_to_another_machine_is_encrypted_unless_asked_otherwise_and_then_it_is_refused() {
        assert_eq!(shown("smtp://mail.example"), "smtp://mail.example:25?tls=required");
        assert_eq!(
            shown("smtp://u:p@mail.example"),
            "smtp://***:***@mail.example:587?tls=required"
        );
        assert_eq!(shown("smtps://u:p@mail.example"), "smtps://***:***@mail.example:465");
        assert_eq!(shown("smtp://mail.example?tls=none"), UNENCRYPTED);
        assert_eq!(shown("smtp://10.0.0.1?tls=opportunistic"), UNENCRYPTED);
    }

    #[test]
    fn mail_to_this_machine_may_be_plain() {
        assert_eq!(shown("smtp://localhost"), "smtp://localhost:25?tls=none");
        assert_eq!(shown("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525?tls=none");
        let opportunistic = shown("smtp://[::1]:2525?tls=opportunistic");
        assert_eq!(opportunistic, "smtp://[::1]:2525?tls=opportunistic");
        assert_eq!(shown("smtp://127.0.0.1?tls=required"), "smtp://127.0.0.1:25?tls=required");
    }

    #[test]
    fn a_password_is_decoded_and_never_shown() {
        let url = MailUrl::parse("smtp://site%40mail.example:p%23a%2Fss@mail.example").unwrap();
        let MailUrl::Smtp(smtp) = &url else { panic!("{url}") };
        let expected = Credentials::new("site@mail.example".into(), "p#a/ss".into());
        assert_eq!(smtp.credentials, Some(expected));
        for text in [format!("{url}"), format!("{url:?}"), format!("{smtp:?}")] {
            assert!(!text.contains("p#a/ss") && !text.contains("site"), "{text}");
        }
    }

    #[test]
    fn an_error_says_what_the_url_must_without_repeating_it() {
        for text in [
            "smtp://user:hunter2@",
            "smtp://user@mail.example",
            "smtp://user:hunter2@mail.example#x",
            "smtp://user:hunter2@mail.example?tls=maybe",
            "smtp://user:hunter2@mail.example?password=hunter2",
            "smtps://user:hunter2@mail.example?tls=none",
            "smtp://user:hunter2@mail.example/inbox",
            "hunter2:mail.example",
            "imap://user:hunter2@mail.example",
            "",
        ] {
            let reason = MailUrl::parse(text).unwrap_err();
            assert!(reason.starts_with("must ") && !reason.contains("hunter2"), "{reason}");
        }
    }

    #[test]
    fn a_maildir_is_an_absolute_path() {
        let spaced = MailUrl::parse("file:/var/my%20mail").unwrap();
        assert_eq!(spaced, MailUrl::Maildir("/var/my mail".into()));
        assert_eq!(shown("file:///var/mail"), "file:/var/mail");
        assert_eq!(shown("file:mail"), RELATIVE);
        assert_eq!(shown("file://elsewhere/mail"), RELATIVE);
        assert_eq!(shown("mailbox:"), "mailbox:");
        assert_eq!(shown("mailbox:here"), FORM);
    }
}

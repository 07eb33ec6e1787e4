//! The conversation with a mail server (RFC 5321), one mail after the other on one connection.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout};
use url::Host;

use super::mail_url::SmtpUrl;
use super::smtp_pipeline::Connection;
use super::smtp_reply::{Failure, Stage, Trouble, sent};
use super::smtp_stream::{CertificateError, Server};
use super::transport::{Outcome, Parcel};

/// How long to wait for a mail server. The defaults follow RFC 5321, section 4.5.3.2, but are
/// shorter where a server that slow is of no use and the mail can just be tried again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the TCP connection, to each address of the server: 10 s.
    pub connect: Duration,
    /// For the answer to a command: 30 s.
    pub command: Duration,
    /// For the message to go over and be accepted: 5 min. Giving up earlier than the server
    /// leads to mails delivered twice.
    pub message: Duration,
    /// A connection not used for this long is replaced, for something between may have forgotten
    /// it without telling: 60 s.
    pub idle: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(30),
            message: Duration::from_secs(300),
            idle: Duration::from_secs(60),
        }
    }
}

/// One mail server and, between mails, the connection to it.
pub struct SmtpTransport {
    server: Server,
    hello: ClientId,
    credentials: Option<Credentials>,
    patience: Patience,
    kept: Option<Kept>,
}

/// A connection that waits for its next mail.
struct Kept {
    connection: Connection,
    since: Instant,
}

impl SmtpTransport {
    /// A transport to the server of `url`, greeting it as `hello`, the host of the site's public
    /// URL. Connects only when there is a mail.
    pub fn new(url: &SmtpUrl, hello: &str) -> Result<Self, CertificateError> {
        Ok(Self {
            server: Server::new(url)?,
            hello: client_id(hello),
            credentials: url.credentials.clone(),
            patience: Patience::default(),
            kept: None,
        })
    }

    /// The same with other limits of time.
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Tries once to hand `parcel` to the server. Only when a kept connection turns out to be
    /// dead before it took anything of this mail, is it done again on a new one.
    pub async fn deliver(&mut self, parcel: &Parcel) -> Outcome {
        let submission = match Submission::new(parcel) {
            Ok(submission) => submission,
            Err(failure) => return failure.outcome(parcel),
        };
        if let Some(mut connection) = self.take_kept() {
            let attempt = self.converse(&mut connection, &submission).await;
            if !attempt.as_ref().is_err_and(Failure::means_stale) {
                return self.conclude(connection, attempt, parcel).await;
            }
        }
        match self.connect().await {
            Ok(mut connection) => {
                let attempt = self.converse(&mut connection, &submission).await;
                self.conclude(connection, attempt, parcel).await
            }
            // Even a 5xx here is about us and not about the mail.
            Err(reply) => Outcome::Later { reply, ambiguous: false },
        }
    }

    /// Ends the conversation politely. Nothing is at stake any more, so a server that does not
    /// answer is simply left.
    pub async fn close(&mut self) {
        if let Some(mut kept) = self.kept.take() {
            let _ = timeout(self.patience.command, kept.connection.smtp.quit()).await;
        }
    }

    fn take_kept(&mut self) -> Option<Connection> {
        let kept = self.kept.take()?;
        (kept.since.elapsed() < self.patience.idle).then_some(kept.connection)
    }

    /// Connects, greets and signs in, or says why not.
    async fn connect(&self) -> Result<Connection, String> {
        let Patience { connect, command, .. } = self.patience;
        let stream = self.server.stream(&self.hello, connect, command).await;
        let stream = stream.map_err(|unreachable| unreachable.to_string())?;
        let greeted = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        let ready = match in_time(command, greeted).await {
            Ok(smtp) => Connection::begin(smtp, &self.hello, command).await,
            Err(trouble) => Err(trouble),
        };
        let mut connection = match ready {
            Ok(connection) => connection,
            Err(Trouble::Answered { code, .. }) => {
                return Err(format!("the mail server is not ready: {code}"));
            }
            Err(Trouble::Lost(text)) => return Err(text),
        };
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            match in_time(command, connection.smtp.auth(&mechanisms, credentials)).await {
                Ok(_) => {}
                // The server may quote what it was sent, so only its code is repeated.
                Err(Trouble::Answered { code, .. }) => {
                    return Err(format!("the mail server does not let us sign in: {code}"));
                }
                Err(Trouble::Lost(text)) => return Err(format!("signing in failed: {text}")),
            }
        }
        Ok(connection)
    }

    async fn converse(
        &self,
        connection: &mut Connection,
        submission: &Submission<'_>,
    ) -> Result<Response, Failure> {
        let Patience { command, message, .. } = self.patience;
        let mail = Mail::new(submission.from.clone(), submission.parameters(&connection.smtp)?);
        let rcpt = Rcpt::new(submission.to.clone(), vec![]);
        connection.address(mail, rcpt, command).await?;

        // lettre asks for the next piece when one has been written. There is none after the
        // first, and what it writes then is the final dot.
        let written = AtomicBool::new(false);
        let no_more = std::iter::from_fn(|| {
            written.store(true, Ordering::Relaxed);
            None
        });
        let pieces = std::iter::once(submission.message).chain(no_more);
        let accepted = in_time(message, connection.smtp.message_iter(pieces)).await;
        let stage = if written.into_inner() { Stage::FinalDot } else { Stage::Message };
        accepted.map_err(|trouble| Failure { stage, trouble })
    }

    /// Keeps the connection if the next mail can use it, and says what became of this one.
    async fn conclude(
        &mut self,
        mut connection: Connection,
        attempt: Result<Response, Failure>,
        parcel: &Parcel,
    ) -> Outcome {
        let usable = match &attempt {
            Ok(_) => true,
            Err(failure) if failure.leaves_a_connection() && !connection.is_out_of_step => {
                in_time(self.patience.command, connection.smtp.command(Rset)).await.is_ok()
            }
            Err(_) => false,
        };
        if usable {
            self.kept = Some(Kept { connection, since: Instant::now() });
        }
        match attempt {
            Ok(reply) => sent(&reply, parcel),
            Err(failure) => failure.outcome(parcel),
        }
    }
}

pub(super) async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Trouble> {
    match timeout(limit, answer).await {
        Ok(answer) => answer.map_err(Trouble::from),
        Err(_) => Err(Trouble::silence()),
    }
}

/// An address literal stands in brackets, which `ClientId` writes.
fn client_id(hello: &str) -> ClientId {
    match hello.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(hello.to_owned()),
    }
}

/// A parcel in the terms of SMTP.
struct Submission<'a> {
    from: Option<Address>,
    to: Address,
    /// Without its last line end, because lettre writes one before the final dot.
    message: &'a [u8],
}

impl<'a> Submission<'a> {
    fn new(parcel: &'a Parcel) -> Result<Self, Failure> {
        let from = parcel.envelope_from.as_deref().map(smtp_address).transpose();
        let from = from.map_err(|()| unsendable(553, "5.1.7 the sender is no mail address"))?;
        let to = smtp_address(&parcel.to);
        let to = to.map_err(|()| unsendable(553, "5.1.3 the recipient is no mail address"))?;
        if has_bare_line_ends(&parcel.message) {
            return Err(unsendable(554, "5.6.0 the message has line ends other than CRLF"));
        }
        let message = parcel.message.strip_suffix(b"\r\n").unwrap_or(&parcel.message);
        Ok(Self { from, to, message })
    }

    /// What this mail needs of the server beyond plain SMTP (RFC 6531, RFC 6152).
    fn parameters(&self, connection: &AsyncSmtpConnection) -> Result<Vec<MailParameter>, Failure> {
        let server = connection.server_info();
        let mut parameters = Vec::new();
        let addresses = self.from.iter().chain([&self.to]);
        if !addresses.map(AsRef::<str>::as_ref).all(str::is_ascii) {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(unsendable(553, "5.6.7 the mail server takes ASCII addresses only"));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !self.message.is_ascii() {
            if !server.supports_feature(Extension::EightBitMime) {
                return Err(unsendable(554, "5.6.3 the mail server takes ASCII messages only"));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }
}

/// A refusal of our own, told like one of the server's.
fn unsendable(code: u16, text: &str) -> Failure {
    Failure { stage: Stage::Sender, trouble: Trouble::Answered { code, text: text.into() } }
}

/// `text` as it stands between the angle brackets, its domain in ASCII: that spares most
/// international addresses the SMTPUTF8 extension.
fn smtp_address(text: &str) -> Result<Address, ()> {
    if text.contains(char::is_control) {
        return Err(());
    }
    match text.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => match Host::parse(domain) {
            Ok(Host::Domain(domain)) => Address::new(local, domain).map_err(|_| ()),
            _ => Err(()),
        },
        _ => text.parse().map_err(|_| ()),
    }
}

/// Whether CR or LF stands alone. A lenient server could take `LF . LF` for the end of the mail
/// and what follows for another one, smuggled in by whoever wrote the text.
fn has_bare_line_ends(message: &[u8]) -> bool {
    let mut after_cr = false;
    for &byte in message {
        if after_cr != (byte == b'\n') {
            return true;
        }
        after_cr = byte == b'\r';
    }
    after_cr
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_is_cr_and_lf_together() {
        for fine in ["", "a", "a\r\n", "a\r\n\r\nb", "\r\n"] {
            assert!(!has_bare_line_ends(fine.as_bytes()), "{fine:?}");
        }
        for bare in ["a\n", "\n.\n", "a\rb", "a\r", "a\r\r\n", "a\n\r\n", "a\r\n\n"] {
            assert!(has_bare_line_ends(bare.as_bytes()), "{bare:?}");
        }
    }

    #[test]
    fn an_international_domain_goes_in_ascii_and_a_local_part_as_it_is() {
        let on_the_wire = |text| smtp_address(text).map(|address| address.to_string());
        assert_eq!(on_the_wire("mary@bücher.test"), Ok("mary@xn--bcher-kva.test".into()));
        assert_eq!(on_the_wire("märy@bücher.test"), Ok("märy@xn--bcher-kva.test".into()));
        assert_eq!(on_the_wire("Mary+x@inbox.test"), Ok("Mary+x@inbox.test".into()));
    }

    #[test]
    fn nothing_can_be_smuggled_into_a_command_by_an_address() {
        for text in
            ["a\r\nRCPT TO:<x@y.test>@z.test", "a@b.test> SIZE=1", "a b@c.test", "a@b\n.test"]
        {
            assert_eq!(smtp_address(text), Err(()), "{text:?}");
        }
    }

    #[test]
    fn we_greet_by_name_or_by_address_literal() {
        assert_eq!(client_id("site.test").to_string(), "site.test");
        assert_eq!(client_id("192.0.2.7").to_string(), "[192.0.2.7]");
        assert_eq!(client_id("[2001:db8::7]").to_string(), "[IPv6:2001:db8::7]");
    }
}

//! The byte stream to a mail server, up to the point where the conversation proper begins.
//!
//! Two things are done here that lettre 0.11 leaves undone. It never sets TCP_NODELAY, and as it
//! writes a message and its final dot separately, each mail then waits 40 ms for a delayed
//! acknowledgement. And on STARTTLS it keeps what it read before the handshake: an answer that
//! somebody on the way sent in the clear would count as one from the authenticated server (the
//! class of CVE-2011-0411). So STARTTLS is agreed on here, and lettre is handed a stream that is
//! already encrypted.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::io::{BufReader, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};
use url::Host;

use super::mail_url::{Encryption, SmtpUrl};

/// More than any server says before TLS; RFC 5321 allows 512 bytes a line.
const LONGEST_REPLY: u64 = 16 * 1024;

/// A mail server's place on the network and the certificates by which it is known.
pub(super) struct Server {
    host: Host<String>,
    port: u16,
    protection: Protection,
}

enum Protection {
    None,
    Implicit(Tls),
    StartTls { tls: Tls, required: bool },
}

struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// Why the certificates to trust could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The file named by `ca=`.
    #[error("The certificates named by ca= in the mail URL cannot be read: {0}")]
    File(#[source] rustls::pki_types::pem::Error),
    /// The file named by `ca=` holds something else.
    #[error("The file named by ca= in the mail URL holds no usable certificate.")]
    Unusable,
    /// Nothing to trust.
    #[error(
        "This system has no certificates to check the mail server by. Install ca-certificates."
    )]
    NoneFound,
    /// The name in the URL cannot stand in a certificate.
    #[error("The host in the mail URL is no name a certificate could carry.")]
    Name(#[from] InvalidDnsNameError),
    /// The cryptography refused its own defaults.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// Why no stream came about. Nothing was sent of any mail then.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreachable {
    #[error("the name of the mail server could not be looked up: {0}")]
    Lookup(#[source] io::Error),
    #[error("the mail server could not be reached: {0}")]
    Connect(#[source] io::Error),
    #[error("the mail server could not be reached in time")]
    ConnectTimeout,
    #[error("the mail server did not answer in time")]
    AnswerTimeout,
    #[error("the connection to the mail server broke: {0}")]
    Broken(#[from] io::Error),
    #[error("the mail server said something that is not SMTP")]
    Unintelligible,
    #[error("the mail server is not ready: {0}")]
    NotReady(String),
    #[error("the mail server does not offer encryption (STARTTLS)")]
    NoStartTls,
    #[error("somebody between us and the mail server meddles with the start of the encryption")]
    Meddling,
    #[error("no secure connection to the mail server: {0}")]
    Handshake(#[source] io::Error),
}

impl Server {
    /// The server `url` names, to be checked by the system's certificates and those of `ca=`.
    pub(super) fn new(url: &SmtpUrl) -> Result<Self, CertificateError> {
        let tls = || tls(url);
        let protection = match url.encryption {
            Encryption::None => Protection::None,
            Encryption::Implicit => Protection::Implicit(tls()?),
            Encryption::Required => Protection::StartTls { tls: tls()?, required: true },
            Encryption::Opportunistic => Protection::StartTls { tls: tls()?, required: false },
        };
        Ok(Self { host: url.host.clone(), port: url.port, protection })
    }

    /// Connects, waiting at most `connect` for each address of the server and `answer` for what
    /// it takes to begin encryption.
    pub(super) async fn stream(
        &self,
        hello: &ClientId,
        connect: Duration,
        answer: Duration,
    ) -> Result<Box<dyn AsyncTokioStream>, Unreachable> {
        let tcp = self.tcp(connect).await?;
        let protected = self.protect(tcp, hello);
        timeout(answer, protected).await.unwrap_or(Err(Unreachable::AnswerTimeout))
    }

    /// The name first, then one address after the other, each with its own limit, so that a dead IPv6 route does not
    /// use up the time of the IPv4 address behind it.
    async fn tcp(&self, limit: Duration) -> Result<TcpStream, Unreachable> {
        let name = match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let looked_up = timeout(limit, lookup_host((name, self.port))).await;
        let addresses = looked_up.unwrap_or_else(|late| Err(late.into()));
        let addresses = addresses.map_err(Unreachable::Lookup)?;
        let mut last = Unreachable::Lookup(io::ErrorKind::NotFound.into());
        for address in addresses {
            match timeout(limit, TcpStream::connect(address)).await {
                Ok(Ok(tcp)) => {
                    tcp.set_nodelay(true)?;
                    return Ok(tcp);
                }
                Ok(Err(error)) => last = Unreachable::Connect(error),
                Err(_) => last = Unreachable::ConnectTimeout,
            }
        }
        Err(last)
    }

    async fn protect(
        &self,
        tcp: TcpStream,
        hello: &ClientId,
    ) -> Result<Box<dyn AsyncTokioStream>, Unreachable> {
        let peer = tcp.peer_addr()?;
        match &self.protection {
            Protection::None => Ok(Box::new(Line { peer, ahead: b"", stream: tcp })),
            Protection::Implicit(tls) => {
                let stream = tls.handshake(tcp).await?;
                Ok(Box::new(Line { peer, ahead: b"", stream }))
            }
            Protection::StartTls { tls, required } => {
                let (tcp, agreed) = agree_on_tls(tcp, hello).await?;
                if agreed {
                    let stream = tls.handshake(tcp).await?;
                    Ok(Box::new(Line { peer, ahead: GREETING, stream }))
                } else if *required {
                    Err(Unreachable::NoStartTls)
                } else {
                    Ok(Box::new(Line { peer, ahead: GREETING, stream: tcp }))
                }
            }
        }
    }
}

impl Tls {
    async fn handshake(
        &self,
        tcp: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Unreachable> {
        let name = self.name.clone();
        self.connector.connect(name, tcp).await.map_err(Unreachable::Handshake)
    }
}

fn tls(url: &SmtpUrl) -> Result<Tls, CertificateError> {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = &url.ca {
        add_certificates(&mut trusted, file)?;
    }
    if trusted.is_empty() {
        return Err(CertificateError::NoneFound);
    }
    let name = match &url.host {
        Host::Domain(name) => ServerName::try_from(name.clone())?,
        Host::Ipv4(address) => ServerName::IpAddress((*address).into()),
        Host::Ipv6(address) => ServerName::IpAddress((*address).into()),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(Tls { connector: TlsConnector::from(Arc::new(config)), name })
}

fn add_certificates(trusted: &mut RootCertStore, file: &Path) -> Result<(), CertificateError> {
    let before = trusted.len();
    for certificate in CertificateDer::pem_file_iter(file).map_err(CertificateError::File)? {
        let certificate = certificate.map_err(CertificateError::File)?;
        trusted.add(certificate).map_err(|_| CertificateError::Unusable)?;
    }
    if trusted.len() == before { Err(CertificateError::Unusable) } else { Ok(()) }
}

/// Greeting, EHLO, STARTTLS. Returns whether the server waits for the handshake now.
async fn agree_on_tls(tcp: TcpStream, hello: &ClientId) -> Result<(TcpStream, bool), Unreachable> {
    let mut tcp = BufReader::new(tcp);
    positive_reply(&mut tcp).await?;
    tcp.write_all(Ehlo::new(hello.clone()).to_string().as_bytes()).await?;
    let offered = positive_reply(&mut tcp).await?;
    let offered = ServerInfo::from_response(&offered).map_err(|_| Unreachable::Unintelligible)?;
    if !offered.supports_feature(Extension::StartTls) {
        return Ok((tcp.into_inner(), false));
    }
    tcp.write_all(Starttls.to_string().as_bytes()).await?;
    positive_reply(&mut tcp).await?;
    // The server is silent until our first TLS message. What is here already came from elsewhere.
    if !tcp.buffer().is_empty() {
        return Err(Unreachable::Meddling);
    }
    Ok((tcp.into_inner(), true))
}

async fn positive_reply(tcp: &mut BufReader<TcpStream>) -> Result<Response, Unreachable> {
    let mut reply = Vec::new();
    let mut limited = tcp.take(LONGEST_REPLY);
    loop {
        let start = reply.len();
        limited.read_until(b'\n', &mut reply).await?;
        let line = &reply[start..];
        if line.last() != Some(&b'\n') {
            return Err(Unreachable::Broken(io::ErrorKind::UnexpectedEof.into()));
        }
        if line.get(3) != Some(&b'-') {
            break;
        }
    }
    let reply = String::from_utf8_lossy(&reply);
    let reply: Response = reply.parse().map_err(|_| Unreachable::Unintelligible)?;
    if reply.is_positive() {
        Ok(reply)
    } else {
        Err(Unreachable::NotReady(reply.code().to_string()))
    }
}

/// lettre waits for a greeting, but after STARTTLS a server gives none: it gave it before.
const GREETING: &[u8] = b"220 greeted before STARTTLS\r\n";

/// A stream as lettre takes it: first the bytes `ahead`, then those of `stream`, both in ASCII.
struct Line<S> {
    peer: SocketAddr,
    ahead: &'static [u8],
    stream: S,
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() {
            let (now, later) = self.ahead.split_at(self.ahead.len().min(buffer.remaining()));
            buffer.put_slice(now);
            self.ahead = later;
            return Poll::Ready(Ok(()));
        }
        let start = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        // lettre takes a reply that is not UTF-8 for a broken connection, and an old server that
        // refuses in Latin-1 would be asked again for two days.
        for byte in &mut buffer.filled_mut()[start..] {
            if !byte.is_ascii() {
                *byte = b'?';
            }
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> fmt::Debug for Line<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Line<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

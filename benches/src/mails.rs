//! Mails over one connection: as the outbox sends them, and as lettre's own connection does, which lets
//! Nagle's algorithm wait for acknowledgements that the other side delays.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use soundpost::mail::transport::{MailUrl, Outcome, Parcel, Transport};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Bench;

/// Measures them and adds their row.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (ours, theirs) = runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(take_all(listener));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..bench.rounds.count {
            ours.push(by_the_outbox(port, bench.rounds.long).await?);
            theirs.push(by_lettre(port, bench.rounds.long).await?);
        }
        Ok::<_, anyhow::Error>((ours, theirs))
    })?;
    let figure = "mails in a second over one connection / lettre's own";
    bench.table.at_least(figure, &ours, &theirs, 200.0);
    Ok(())
}

/// About what a mail with text and HTML weighs.
fn message() -> Vec<u8> {
    let line =
        "This is a line of a letter about a night at the harbour and what it would take.\r\n";
    format!("Subject: A night\r\nFrom: a@soundpost.example\r\n\r\n{}", line.repeat(60)).into_bytes()
}

async fn by_the_outbox(port: u16, long: Duration) -> Result<f64> {
    let url = MailUrl::parse(&format!("smtp://127.0.0.1:{port}")).map_err(anyhow::Error::msg)?;
    let mut transport = Transport::open(&url, "soundpost.example")?;
    let parcel = Parcel {
        envelope_from: Some("no-reply@soundpost.example".to_owned()),
        to: "mary@inbox.example".to_owned(),
        message: message(),
    };
    let (begun, mut sent) = (Instant::now(), 0_u64);
    while begun.elapsed() < long {
        let outcome = transport.deliver(&parcel).await;
        anyhow::ensure!(
            matches!(outcome, Outcome::Sent { .. }),
            "a mail was not sent: {outcome:?}"
        );
        sent += 1;
    }
    let rate = sent as f64 / begun.elapsed().as_secs_f64();
    transport.close().await;
    Ok(rate)
}

async fn by_lettre(port: u16, long: Duration) -> Result<f64> {
    let hello = ClientId::Domain("soundpost.example".to_owned());
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(("127.0.0.1", port), None, &hello, None, None).await?;
    let address = |text: &str| text.parse::<Address>();
    let envelope = Envelope::new(
        Some(address("no-reply@soundpost.example")?),
        vec![address("mary@inbox.example")?],
    )?;
    let message = message();
    let (begun, mut sent) = (Instant::now(), 0_u64);
    while begun.elapsed() < long {
        connection.send(&envelope, &message).await?;
        sent += 1;
    }
    let rate = sent as f64 / begun.elapsed().as_secs_f64();
    connection.quit().await?;
    Ok(rate)
}

/// A mail server that takes everything and keeps nothing.
async fn take_all(listener: TcpListener) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(take(stream));
    }
}

async fn take(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let (reading, mut writing) = stream.into_split();
    let mut reading = BufReader::new(reading);
    writing.write_all(b"220 sink\r\n").await?;
    let (mut line, mut in_message) = (String::new(), false);
    loop {
        line.clear();
        if reading.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', ':', '\r']).next().context("a command")?;
        let answer: &[u8] = match (in_message, verb) {
            (true, _) if line == ".\r\n" => {
                in_message = false;
                b"250 2.0.0 taken\r\n"
            }
            (true, _) => continue,
            (false, "EHLO") => b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            (false, "DATA") => {
                in_message = true;
                b"354 go ahead\r\n"
            }
            (false, "QUIT") => return Ok(writing.write_all(b"221 bye\r\n").await?),
            (false, _) => b"250 ok\r\n",
        };
        writing.write_all(answer).await?;
    }
}

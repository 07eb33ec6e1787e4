//! The client: keeps some connections open and asks again on each as soon as it has the answer, as a
//! proxy does for a crowd: each request comes from another of some thousand visitors.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections at once.
const CONNECTIONS: usize = 32;

/// Where a visitor's address stands in a request: what follows has six digits that change.
const VISITOR: &str = "x-forwarded-for: 10.1.";
/// The last two numbers of an address are one of so many each, of three digits.
const NUMBERS: u32 = 64;

/// A request as it is sent, again and again.
#[derive(Debug, Clone)]
pub struct Ask {
    bytes: Vec<u8>,
    /// Where the digits of the visitor's address begin.
    visitor: usize,
    /// The status that is expected; another ends the measurement.
    status: u16,
}

impl Ask {
    /// GET of a path with further headers ("accept-encoding: br"), answered with this status.
    pub fn get(path: &str, headers: &[&str], status: u16) -> Self {
        let more: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{more}{VISITOR}");
        let visitor = head.len();
        Self { bytes: format!("{head}100.100\r\n\r\n").into_bytes(), visitor, status }
    }

    /// Makes it the request of another visitor.
    fn of_visitor(&mut self, number: u32) {
        let address = format!("{}.{}", 100 + number / NUMBERS % NUMBERS, 100 + number % NUMBERS);
        self.bytes[self.visitor..self.visitor + address.len()].copy_from_slice(address.as_bytes());
    }
}

/// The head of an answer, and its body.
#[derive(Debug)]
pub struct Answer {
    /// As it came, with the line of the status.
    pub head: String,
    /// As it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A connection, with what was read from it and not used yet.
struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(128 * 1024) })
    }

    /// Sends a request and reads the answer; returns where its body begins and ends in `read`.
    async fn ask(&mut self, ask: &Ask) -> Result<(usize, usize)> {
        self.read.clear();
        self.stream.write_all(&ask.bytes).await?;
        let body = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = std::str::from_utf8(&self.read[..body])?;
        let status: u16 = head.get(9..12).unwrap_or_default().parse().unwrap_or_default();
        if status != ask.status {
            bail!("answered {status}, not {}: {head}", ask.status);
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let end = body + length.unwrap_or(0);
        while self.read.len() < end {
            self.more().await?;
        }
        Ok((body, end))
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// Asks once.
pub fn once(port: u16, ask: &Ask) -> Result<Answer> {
    runtime()?.block_on(async {
        let mut connection = Connection::open(port).await?;
        let (body, end) = connection.ask(ask).await?;
        let head = String::from_utf8_lossy(&connection.read[..body]).into_owned();
        Ok(Answer { head, body: connection.read[body..end].to_vec() })
    })
}

/// Asks for so long on all connections; returns how many answers came.
pub fn press(port: u16, ask: &Ask, long: Duration) -> Result<u64> {
    runtime()?.block_on(async {
        let until = Instant::now() + long;
        let mut hands = Vec::new();
        for first in 0..CONNECTIONS {
            let mut ask = ask.clone();
            let mut visitor = u32::try_from(first)?;
            hands.push(tokio::spawn(async move {
                let mut connection = Connection::open(port).await?;
                let mut answers = 0_u64;
                while Instant::now() < until {
                    visitor = visitor.wrapping_add(31);
                    ask.of_visitor(visitor);
                    connection.ask(&ask).await?;
                    answers += 1;
                }
                Ok::<u64, anyhow::Error>(answers)
            }));
        }
        let mut answers = 0;
        for hand in hands {
            answers += hand.await??;
        }
        Ok(answers)
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

//! The client: keeps some connections open and asks again on each as soon as it has the answer, as a
//! proxy does for a crowd: each request comes from another of some thousand visitors.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Where a visitor's address stands in a request: what follows has six digits that change.
const VISITOR: &str = "x-forwarded-for: 10.1.";
/// The last two numbers of an address are one of so many each, of three digits.
const NUMBERS: u32 = 64;

/// Stands in a form where each of its copies has a number of its own.
pub const NUMBER: &str = "100000000";

/// A request as it is sent, again and again.
#[derive(Debug, Clone)]
pub struct Ask {
    bytes: Vec<u8>,
    /// Where the digits of the visitor's address begin.
    visitor: usize,
    /// Where numbers begin.
    numbers: Vec<usize>,
    /// The status that is expected; another ends the measurement.
    status: u16,
}

impl Ask {
    /// GET of a path with further headers ("accept-encoding: br"), answered with this status.
    pub fn get(path: &str, headers: &[&str], status: u16) -> Self {
        let more: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        Self::new(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{more}"), "", status)
    }

    /// POST of a form to a path, as a page of the site does it, answered with this status.
    pub fn post(path: &str, form: &str, status: u16) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            form.len()
        );
        Self::new(head, form, status)
    }

    fn new(mut text: String, body: &str, status: u16) -> Self {
        text.push_str(VISITOR);
        let visitor = text.len();
        text.push_str("100.100\r\n\r\n");
        text.push_str(body);
        let numbers = text.match_indices(NUMBER).map(|(at, _)| at).collect();
        Self { bytes: text.into_bytes(), visitor, numbers, status }
    }

    /// Makes it the request of another visitor, with another number.
    fn vary(&mut self, number: u32) {
        let address = format!("{}.{}", 100 + number / NUMBERS % NUMBERS, 100 + number % NUMBERS);
        self.bytes[self.visitor..self.visitor + address.len()].copy_from_slice(address.as_bytes());
        let number = format!("{:09}", 100_000_000 + u64::from(number));
        for at in &self.numbers {
            self.bytes[*at..*at + number.len()].copy_from_slice(number.as_bytes());
        }
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

/// What came of pressing.
#[derive(Debug, Default)]
pub struct Pressed {
    /// How long each answer took.
    pub took: Vec<Duration>,
    /// How long it lasted altogether.
    pub lasted: Duration,
}

impl Pressed {
    /// Answers in a second.
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.lasted.as_secs_f64()
    }
}

/// Asks for so long on so many connections, each as soon as it has its answer. Numbers begin at this one.
pub fn press(
    port: u16,
    ask: &Ask,
    long: Duration,
    connections: u32,
    first: u32,
) -> Result<Pressed> {
    runtime()?.block_on(async {
        let begun = Instant::now();
        let mut hands = Vec::new();
        for hand in 0..connections {
            let mut ask = ask.clone();
            let mut number = first + hand;
            hands.push(tokio::spawn(async move {
                let mut connection = Connection::open(port).await?;
                let mut took = Vec::new();
                while begun.elapsed() < long {
                    ask.vary(number);
                    number = number.wrapping_add(connections);
                    let asked = Instant::now();
                    connection.ask(&ask).await?;
                    took.push(asked.elapsed());
                }
                Ok::<_, anyhow::Error>(took)
            }));
        }
        let mut pressed = Pressed::default();
        for hand in hands {
            pressed.took.extend(hand.await??);
        }
        pressed.lasted = begun.elapsed();
        Ok(pressed)
    })
}

/// Asks each once, one after the other on one connection; returns how long each answer took.
pub fn each(port: u16, asks: &[Ask]) -> Result<Vec<Duration>> {
    runtime()?.block_on(async {
        let mut connection = Connection::open(port).await?;
        let mut took = Vec::with_capacity(asks.len());
        for (number, ask) in (0..).zip(asks) {
            let mut ask = ask.clone();
            ask.vary(number);
            let asked = Instant::now();
            connection.ask(&ask).await?;
            took.push(asked.elapsed());
        }
        Ok(took)
    })
}

/// The time within which this share of them was done.
pub fn quantile(took: &mut [Duration], share: f64) -> Duration {
    took.sort_unstable();
    let at = (took.len() as f64 * share).ceil() as usize;
    took.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

//! Threads that compress the pages that are kept, and do nothing else. Each takes some megabytes for a page
//! and keeps them for the next one, so that there are few of them, however many pages are asked for.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, available_parallelism};

use actix_web::web::Bytes;
use anyhow::{Context, anyhow};
use tokio::sync::oneshot;

use super::compress::{self, Encoding};
use crate::error::Result;

/// The threads. They end with it.
#[derive(Debug)]
pub struct Press {
    orders: Sender<Order>,
}

#[derive(Debug)]
struct Order {
    encoding: Encoding,
    bytes: Bytes,
    done: oneshot::Sender<Result<Vec<u8>>>,
}

impl Press {
    /// One thread for every two processors: the others answer meanwhile.
    pub fn start() -> Result<Self> {
        let (orders, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = available_parallelism().map_or(1, usize::from).div_ceil(2);
        for _ in 0..threads {
            let waiting = waiting.clone();
            let thread = Builder::new().name("soundpost-press".into());
            thread.spawn(move || work(&waiting)).context("cannot start a thread")?;
        }
        Ok(Self { orders })
    }

    /// Compresses a page, once it is its turn.
    pub async fn compress(&self, encoding: Encoding, bytes: Bytes) -> Result<Vec<u8>> {
        let (done, compressed) = oneshot::channel();
        let gone = || anyhow!("nobody compresses any more");
        self.orders.send(Order { encoding, bytes, done }).map_err(|_| gone())?;
        compressed.await.map_err(|_| gone())?
    }
}

fn work(waiting: &Mutex<Receiver<Order>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Order { encoding, bytes, done }) = next else { return };
        // Who has gone away needs no page.
        if !done.is_closed() {
            drop(done.send(compress::once(encoding, &bytes)));
        }
    }
}

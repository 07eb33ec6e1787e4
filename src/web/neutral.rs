//! Answers that must not tell whether an address is known: not by their words, and not by their time.

use std::time::{Duration, Instant as Stopwatch};

use actix_web::HttpResponse;

use crate::error::{Error, Result};

/// Such answers leave on a full beat after their request came: what is done for a known address
/// and not for an unknown one takes a few milliseconds, and ends before the same beat.
const BEAT: Duration = Duration::from_millis(150);

/// A stopwatch for an answer that takes the same time whatever is found.
#[derive(Debug)]
pub struct Evenly(Stopwatch);

impl Evenly {
    /// Starts it.
    pub fn begin() -> Self {
        Self(Stopwatch::now())
    }

    /// Gives `answer` on the next beat, whether or not the work succeeded. Only a full queue is
    /// told, for it is full for everybody: any other failure is one of making the mail, which only
    /// a known address gets.
    pub async fn answer(self, work: Result<()>, answer: HttpResponse) -> Result<HttpResponse> {
        match work {
            Ok(()) => {}
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a link could not be mailed");
            }
        }
        let elapsed = self.0.elapsed().as_micros();
        let left = BEAT.as_micros() - elapsed % BEAT.as_micros();
        tokio::time::sleep(Duration::from_micros(u64::try_from(left).unwrap_or(0))).await;
        Ok(answer)
    }
}

//! The one integration-test binary: the real program on both databases.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod support;

mod disclaimer;
mod gate;
mod layering;
mod lists;
mod mail_transport;
mod mail_trouble;
mod requests;
mod schema;
mod threads;

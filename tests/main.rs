//! The one integration-test binary: the real program on both databases.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod support;

mod accounts;
mod adding;
mod artists_import;
mod briefs;
mod calendar;
mod commands;
mod correcting;
mod crash;
mod disclaimer;
mod gate;
mod handovers;
mod key_rotation;
mod layering;
mod life;
mod lists;
mod mail_transport;
mod mail_trouble;
mod metrics;
mod outbox;
mod page_cache;
mod pasting;
mod photos;
mod plans;
mod profile_editor;
mod profile_preview;
mod removal;
mod requests;
mod rules;
mod schema;
mod sealed;
mod snapshots;
mod staff;
mod teams;
mod threads;
mod uploads;
mod writing;

//! Soundpost: people discover artists and send them booking requests; it passes the messages on
//! and does nothing else.
//!
//! The rooms are the product's own nouns: [`artists`], [`booking_requests`], [`calendar`],
//! [`disclaimer`], [`people`], [`accounts`], [`moderation`], [`privacy`], [`mail`], [`db`], [`web`]. In each the same few file
//! names recur: `mod.rs` (the nouns and rules), `store.rs` (its SQL), `forms.rs`, `views.rs` (what
//! templates see), `pages.rs` (its handlers).
//!
//! Who may know whom: `web → features → mail → people → db`; [`clock`], [`ids`], [`sealed`], [`error`],
//! [`money`], [`numbers`], [`places`], [`text`] and [`config`] are leaves. In a feature `pages → forms, use cases, store →
//! mod`; a `mod.rs` knows no actix, diesel or askama. SQL stands in `store.rs` files, `outbox.rs`,
//! `search.rs` and `db/` only; `db/dialect.rs` alone asks which database it is. `web/routes.rs` is
//! the only list of URLs. `tests/layering.rs` holds everybody to it.

pub mod accounts;
pub mod app;
pub mod artists;
pub mod booking_requests;
pub mod calendar;
pub mod clock;
pub mod commands;
pub mod config;
pub mod db;
pub mod demo;
pub mod disclaimer;
pub mod error;
pub mod ids;
pub mod mail;
pub mod moderation;
pub mod money;
pub mod numbers;
pub mod people;
pub mod places;
pub mod privacy;
pub mod sealed;
pub mod text;
pub mod web;

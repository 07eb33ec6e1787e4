//! What all pages share: the list of URLs, forms, headers, limits, errors. Features know of it only
//! in their `pages.rs`, `views.rs` and `forms.rs`.

pub mod access;
mod at_hand;
pub mod auth;
pub mod compress;
pub mod cookies;
pub mod error_page;
pub mod files;
pub mod form_state;
pub mod gate;
pub mod health;
pub mod info_pages;
pub mod info_views;
pub mod limits;
pub mod lists;
pub mod mailbox;
pub mod mailbox_views;
pub mod metrics;
pub mod neutral;
pub mod page;
pub mod page_cache;
pub mod posted;
mod press;
pub mod routes;
pub mod serve;
pub mod statics;
pub mod uploaded;

//! The whole life of a request: offers and counter-offers, holds, confirmation, and the ends.

mod documents;
mod holds;
mod inbox;
mod marks;
mod nights;
mod offers;
mod walk;

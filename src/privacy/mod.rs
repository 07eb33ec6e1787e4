//! What is promised to the people whose data is here: from which age they may come, which policies
//! are in force, what they can take along and what goes when they go.

pub mod age;
pub mod erase;
pub mod export;
pub mod letters;
pub mod own_data;
pub mod pages;
pub mod policies;
pub mod views;

//! What is promised to the people whose data is here: from which age they may come, and which
//! policies are in force.

pub mod age;
pub mod policies;

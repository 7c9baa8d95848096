//! The whole server rehearsed, thousands of times, in a time that passes only when nobody has anything
//! to do: the real application and its real workers over a database in memory and a practice chain,
//! with every fault that can be thought of, drawn by a seed.
//!
//! What has to be true is the checks' (`check`, `log`, `journal`, `endpoint`) and the reference's
//! business (`specie_testkit::reference`); they share no rule with the program.

mod chance;
mod check;
mod endpoint;
pub mod faults;
mod journal;
mod log;
mod process;
mod schedule;
mod template;
mod world;

pub use schedule::{Violation, play};
pub use template::Template;

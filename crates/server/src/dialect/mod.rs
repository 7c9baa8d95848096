//! Dialects: each API's wire form of the application's views, and back. Pure translation: no
//! I/O, no decisions.

pub mod bitpay;
pub mod csv;
pub mod delivery;
pub mod excerpt;
mod object;
pub mod panel;
mod signature;

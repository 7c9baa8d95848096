//! What the machine allows: each figure is measured in the same run as the rows that it limits,
//! with libraries and programs that know nothing of this server.

pub mod echo;
pub mod flush;
pub mod signature;
pub mod sqlite;

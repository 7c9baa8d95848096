//! What the rest of this crate asks of one connection, whichever engine is behind it.
//!
//! A session belongs to one thread. What an engine does otherwise than the other is in its own
//! file beside this one (`sqlite`, `postgres`), and nowhere else.

use crate::error::DbError;
use crate::params::Param;
use crate::row::Row;
use crate::statement::Statement;

/// One connection, held by one thread.
pub(crate) trait Session {
    /// Hands on each row of an answer, without keeping them.
    fn for_each(
        &self,
        table: &'static str,
        statement: &'static Statement,
        params: &[Param],
        each: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError>;
    /// Runs a statement and returns how many rows it touched.
    fn execute(&self, statement: &'static Statement, params: &[Param]) -> Result<usize, DbError>;
    /// Whether something was to be written to a table that is kept, since this was last asked.
    fn wrote_kept(&self) -> bool;
    /// The same, without an end to it: whether this transaction may have.
    fn has_written_kept(&self) -> bool;
    /// Whether a statement can be prepared.
    fn prepare(&self, statement: &'static Statement) -> Result<(), DbError>;
    /// The engine's complaints about what it stores; none: all is well.
    fn check_integrity(&self) -> Result<Vec<String>, DbError>;

    /// Begins a view of one moment.
    fn begin_read(&self) -> Result<(), DbError>;
    /// Ends a view. There is nothing to keep.
    fn end_read(&self);

    /// Begins a transaction that writes.
    fn begin_write(&self) -> Result<(), DbError>;
    /// Marks the place to which [`roll_back_job`](Self::roll_back_job) goes back.
    fn begin_job(&self) -> Result<(), DbError>;
    /// Keeps what was written since [`begin_job`](Self::begin_job).
    fn keep_job(&self) -> Result<(), DbError>;
    /// Undoes what was written since [`begin_job`](Self::begin_job).
    fn roll_back_job(&self) -> Result<(), DbError>;
    /// Whether the transaction still stands: an engine may give it up by itself.
    fn stands(&self) -> bool;
    /// Whether the job that just failed could succeed if it ran again at once: it met another
    /// process's work.
    fn was_disturbed(&self) -> bool;
    /// Makes it all durable.
    fn commit(&self) -> Result<(), DbError>;
    /// Ends the transaction, if it still stands, and keeps nothing.
    fn roll_back(&self);
    /// Whether what just failed as a whole may be tried again: certainly nothing of it was kept,
    /// and the cause is over.
    fn may_try_again(&self) -> bool;
}

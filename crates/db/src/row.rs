//! A row of an answer, read column by column into domain types. What does not fit names its
//! table, row and column.

use std::fmt::Display;
use std::str::FromStr;

use bitcoin::hashes::Hash;
use bitcoin::{Amount, ScriptBuf};
use serde::de::DeserializeOwned;
use specie_core::chain::BlockRef;
use specie_core::time::Timestamp;

use crate::error::DbError;
use crate::params::Param;

/// One row, its values by position. For its errors serve `table` and the first column, which is the
/// row's key or that of the row it belongs to.
pub(crate) struct Row {
    pub(crate) table: &'static str,
    pub(crate) values: Vec<Param>,
}

impl Row {
    /// The error that names this row. A column of another table, joined to it, is `table.column`.
    pub(crate) fn corrupt(&self, column: &'static str, problem: impl Display) -> DbError {
        let row = match self.values.first() {
            Some(Param::Text(text)) => text.clone(),
            Some(Param::Int(number)) => number.to_string(),
            Some(Param::Blob(bytes)) => bytes.iter().map(|b| format!("{b:02x}")).collect(),
            Some(Param::Null) | None => "?".to_owned(),
        };
        let (table, column) = column.split_once('.').unwrap_or((self.table, column));
        DbError::Corrupt { table, row, column, problem: problem.to_string() }
    }

    fn get(&self, i: usize, column: &'static str) -> Result<&Param, DbError> {
        self.values.get(i).ok_or_else(|| self.corrupt(column, "is not in the answer"))
    }

    pub(crate) fn opt_int(&self, i: usize, column: &'static str) -> Result<Option<i64>, DbError> {
        match self.get(i, column)? {
            Param::Null => Ok(None),
            Param::Int(value) => Ok(Some(*value)),
            Param::Text(_) | Param::Blob(_) => Err(self.corrupt(column, "is no integer")),
        }
    }

    pub(crate) fn opt_text(&self, i: usize, column: &'static str) -> Result<Option<String>, DbError> {
        match self.get(i, column)? {
            Param::Null => Ok(None),
            Param::Text(value) => Ok(Some(value.clone())),
            Param::Int(_) | Param::Blob(_) => Err(self.corrupt(column, "is no text")),
        }
    }

    pub(crate) fn opt_blob(&self, i: usize, column: &'static str) -> Result<Option<Vec<u8>>, DbError> {
        match self.get(i, column)? {
            Param::Null => Ok(None),
            Param::Blob(value) => Ok(Some(value.clone())),
            Param::Int(_) | Param::Text(_) => Err(self.corrupt(column, "is no blob")),
        }
    }

    fn some<T>(&self, value: Option<T>, column: &'static str) -> Result<T, DbError> {
        value.ok_or_else(|| self.corrupt(column, "is missing"))
    }

    pub(crate) fn int(&self, i: usize, column: &'static str) -> Result<i64, DbError> {
        self.some(self.opt_int(i, column)?, column)
    }

    pub(crate) fn text(&self, i: usize, column: &'static str) -> Result<String, DbError> {
        self.some(self.opt_text(i, column)?, column)
    }

    pub(crate) fn blob(&self, i: usize, column: &'static str) -> Result<Vec<u8>, DbError> {
        self.some(self.opt_blob(i, column)?, column)
    }

    pub(crate) fn flag(&self, i: usize, column: &'static str) -> Result<bool, DbError> {
        match self.int(i, column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.corrupt(column, "is neither 0 nor 1")),
        }
    }

    pub(crate) fn u32(&self, i: usize, column: &'static str) -> Result<u32, DbError> {
        u32::try_from(self.int(i, column)?).map_err(|e| self.corrupt(column, e))
    }

    pub(crate) fn opt_u32(&self, i: usize, column: &'static str) -> Result<Option<u32>, DbError> {
        let value = self.opt_int(i, column)?;
        value.map(u32::try_from).transpose().map_err(|e| self.corrupt(column, e))
    }

    pub(crate) fn time(&self, i: usize, column: &'static str) -> Result<Timestamp, DbError> {
        self.int(i, column).map(Timestamp::from_millis)
    }

    pub(crate) fn opt_amount(&self, i: usize, column: &'static str) -> Result<Option<Amount>, DbError> {
        self.opt_int(i, column)?
            .map(|sats| u64::try_from(sats).map(Amount::from_sat).map_err(|e| self.corrupt(column, e)))
            .transpose()
    }

    pub(crate) fn amount(&self, i: usize, column: &'static str) -> Result<Amount, DbError> {
        self.some(self.opt_amount(i, column)?, column)
    }

    pub(crate) fn script(&self, i: usize, column: &'static str) -> Result<ScriptBuf, DbError> {
        self.blob(i, column).map(ScriptBuf::from_bytes)
    }

    /// 32 bytes of a hash.
    pub(crate) fn opt_hash<T: Hash<Bytes = [u8; 32]>>(
        &self,
        i: usize,
        column: &'static str,
    ) -> Result<Option<T>, DbError> {
        self.opt_blob(i, column)?
            .map(|bytes| bytes.try_into().map(T::from_byte_array))
            .transpose()
            .map_err(|_| self.corrupt(column, "is not 32 bytes"))
    }

    pub(crate) fn hash<T: Hash<Bytes = [u8; 32]>>(
        &self,
        i: usize,
        column: &'static str,
    ) -> Result<T, DbError> {
        self.some(self.opt_hash(i, column)?, column)
    }

    /// A block in two columns from this one on: height and hash.
    pub(crate) fn opt_block(&self, i: usize, column: &'static str) -> Result<Option<BlockRef>, DbError> {
        let Some(hash) = self.opt_hash(i + 1, column)? else { return Ok(None) };
        Ok(Some(BlockRef { height: self.u32(i, column)?, hash }))
    }

    /// 16 bytes as an id of the wanted noun.
    pub(crate) fn id<T>(&self, i: usize, column: &'static str, id: fn([u8; 16]) -> T) -> Result<T, DbError> {
        let bytes = self.blob(i, column)?;
        bytes.try_into().map(id).map_err(|_| self.corrupt(column, "is not 16 bytes"))
    }

    pub(crate) fn opt_id<T>(
        &self,
        i: usize,
        column: &'static str,
        id: fn([u8; 16]) -> T,
    ) -> Result<Option<T>, DbError> {
        self.opt_blob(i, column)?
            .map(|bytes| bytes.try_into().map(id).map_err(|_| self.corrupt(column, "is not 16 bytes")))
            .transpose()
    }

    /// Text that a type parses.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(
        &self,
        i: usize,
        column: &'static str,
    ) -> Result<T, DbError> {
        self.text(i, column)?.parse().map_err(|e| self.corrupt(column, e))
    }

    /// Text that names one of a few.
    pub(crate) fn named<T>(
        &self,
        i: usize,
        column: &'static str,
        from_name: fn(&str) -> Option<T>,
    ) -> Result<T, DbError> {
        let name = self.text(i, column)?;
        from_name(&name).ok_or_else(|| self.corrupt(column, format_args!("unknown name {name:?}")))
    }

    /// JSON text.
    pub(crate) fn json<T: DeserializeOwned>(&self, i: usize, column: &'static str) -> Result<T, DbError> {
        serde_json::from_str(&self.text(i, column)?).map_err(|e| self.corrupt(column, e))
    }
}

/// A value as JSON text. The types stored so contain nothing that JSON cannot hold.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("the stored types have string keys only")
}

//! The sandbox's file: one operation a line, appended and synced before it takes effect.
//!
//! An operation holds what happened (transactions, blocks), not what was asked for, so that an
//! old file means the same to a newer program. A last line without its end was never
//! acknowledged; it is dropped. The file is locked while it is open.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use bitcoin::consensus::encode::{deserialize_hex, serialize_hex};
use bitcoin::consensus::{Decodable, Encodable};
use bitcoin::{Block, Transaction, Txid};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use specie_core::time::Timestamp;

use crate::SourceError;

/// The first line: what this file is.
const HEAD: &str = "specie-sandbox 1\n";

/// One thing that happened to the sandbox's chain.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Op {
    /// A transaction entered the mempool; what conflicts with it left, with its descendants.
    /// `at`: when the mempool took it in; none where that is not known.
    Enter {
        tx: Hex<Transaction>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
    },
    /// Transactions left the mempool.
    Leave { txids: Vec<Txid> },
    /// The `undo` highest blocks were replaced by these. `keep`: the replaced blocks'
    /// transactions went back into the mempool, as far as they are still valid.
    Blocks { undo: u32, keep: bool, blocks: Vec<Hex<Block>> },
}

/// A value in Bitcoin's own encoding, as hexadecimal text.
#[derive(Debug, Clone)]
pub(super) struct Hex<T>(pub(super) T);

impl<T: Encodable> Serialize for Hex<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serialize_hex(&self.0))
    }
}

impl<'de, T: Decodable> Deserialize<'de> for Hex<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        deserialize_hex(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// The open file; or none, for a sandbox that lives in memory only.
#[derive(Debug)]
pub(super) struct Log {
    file: Option<File>,
}

impl Log {
    /// Opens or creates the file, and reads every operation in it.
    pub(super) fn open(path: Option<&Path>) -> Result<(Self, Vec<Op>), SourceError> {
        let Some(path) = path else { return Ok((Self { file: None }, Vec::new())) };
        let storage = |what: &dyn std::fmt::Display| SourceError::Storage {
            detail: format!("{}: {what}", path.display()),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| storage(&error))?;
        file.try_lock().map_err(|error| storage(&error))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|error| storage(&error))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            tracing::warn!(path = %path.display(), "dropping an unfinished last operation");
            file.set_len(whole as u64).map_err(|error| storage(&error))?;
            file.seek(SeekFrom::End(0)).map_err(|error| storage(&error))?;
            text.truncate(whole);
        }
        let mut log = Self { file: Some(file) };
        if text.is_empty() {
            log.write(HEAD.as_bytes())?;
            sync_directory(path).map_err(|error| storage(&error))?;
            return Ok((log, Vec::new()));
        }
        let Some(lines) = text.strip_prefix(HEAD.as_bytes()) else {
            return Err(storage(&"not a sandbox file of this version"));
        };
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let ops = (2usize..).zip(lines).map(|(number, line)| {
            serde_json::from_slice(line).map_err(|error| storage(&format_args!("line {number}: {error}")))
        });
        let ops = ops.collect::<Result<Vec<Op>, _>>()?;
        Ok((log, ops))
    }

    /// Appends an operation; it is on the disk when this returns.
    pub(super) fn append(&mut self, op: &Op) -> Result<(), SourceError> {
        if self.file.is_none() {
            return Ok(());
        }
        let mut line =
            serde_json::to_vec(op).map_err(|error| SourceError::Storage { detail: error.to_string() })?;
        line.push(b'\n');
        self.write(&line)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let before = file.metadata().map(|metadata| metadata.len());
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        written.map_err(|error| {
            // Half a line must not stay in front of the next one.
            if let Ok(length) = before
                && let Err(error) = file.set_len(length)
            {
                tracing::error!(%error, "the sandbox's file keeps an unfinished operation");
            }
            SourceError::Storage { detail: error.to_string() }
        })
    }
}

/// Makes the new file's name durable.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

//! What clients know for sure: what they wished for, written down before they asked, and what they
//! were answered.
//!
//! Each client has a file of its own, a line of JSON for each wish and each answer, on the disk before
//! the client goes on. Who checks reads the files, and never a client's memory.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// An invoice, under an idempotency key.
    Create { key: String, body: String },
    /// A payment in satoshis.
    Pay { invoice: String, sats: u64 },
    /// A block.
    Mine,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Wish { number: u64, wish: Wish },
    Answer { number: u64, answer: String },
}

/// What one client writes.
#[derive(Debug)]
pub struct Notebook {
    file: File,
    written: u64,
}

impl Notebook {
    /// A new one.
    pub fn new(folder: &Path, client: usize) -> Self {
        let path = page(folder, client);
        let file = File::options().create_new(true).append(true).open(&path);
        Self { file: file.unwrap_or_else(|e| panic!("{}: {e}", path.display())), written: 0 }
    }

    /// Before asking.
    pub fn wish(&mut self, wish: &Wish) -> u64 {
        let number = self.written;
        self.written += 1;
        self.write(&Line::Wish { number, wish: wish.clone() });
        number
    }

    /// After the answer.
    pub fn answer(&mut self, number: u64, answer: &str) {
        self.write(&Line::Answer { number, answer: answer.to_owned() });
    }

    fn write(&mut self, line: &Line) {
        let mut text = serde_json::to_string(line).expect("a line is JSON");
        text.push('\n');
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.expect("the journal can be written to");
    }
}

fn page(folder: &Path, client: usize) -> PathBuf {
    folder.join(format!("client-{client}.jsonl"))
}

/// A wish, by client and number.
pub type Place = (usize, u64);

/// A wish and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What was asked for.
    pub wish: Wish,
    /// The answer; none: the server was killed before it came.
    pub answer: Option<String>,
}

/// All clients' notebooks, as far as they were read.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    read: Vec<usize>,
    /// In the order of each client.
    pub entries: BTreeMap<Place, Entry>,
}

impl Journal {
    /// Of so many clients.
    pub fn new(folder: &Path, clients: usize) -> Self {
        Self { folder: folder.to_owned(), read: vec![0; clients], entries: BTreeMap::new() }
    }

    /// Reads what was written since it was last read. Returns the places of it.
    pub fn read_on(&mut self) -> Vec<Place> {
        let mut touched = Vec::new();
        for (client, read) in self.read.iter_mut().enumerate() {
            let text = fs::read_to_string(page(&self.folder, client)).expect("a journal");
            for line in text[*read..].lines() {
                match serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")) {
                    Line::Wish { number, wish } => {
                        self.entries.insert((client, number), Entry { wish, answer: None });
                        touched.push((client, number));
                    }
                    Line::Answer { number, answer } => {
                        let entry = self.entries.get_mut(&(client, number)).expect("a wish comes first");
                        entry.answer = Some(answer);
                        touched.push((client, number));
                    }
                }
            }
            *read = text.len();
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

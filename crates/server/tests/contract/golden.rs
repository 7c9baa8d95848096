//! The files of `contract/`: read and compared, or written anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;

use super::masks::masked;

/// Files that are no exchange.
const OTHERS: [&str; 1] = ["pairing"];

/// The folder, and what was found to differ from it.
pub struct Golden {
    write: bool,
    asked: Mutex<BTreeSet<String>>,
    wrong: Mutex<Vec<String>>,
}

impl Golden {
    /// Compares, or with `SPECIE_GOLDEN=write` writes.
    #[expect(clippy::disallowed_methods, reason = "a person says so who runs the test")]
    pub fn open() -> Self {
        let write = std::env::var_os("SPECIE_GOLDEN").is_some_and(|wanted| wanted == "write");
        Self { write, asked: Mutex::default(), wrong: Mutex::default() }
    }

    /// Compares with the file of that name, but for what varies. What is the same is not written again.
    pub fn check(&self, name: &str, found: &Value) {
        assert!(self.asked.lock().unwrap().insert(name.to_owned()), "{name} is asked for twice");
        let file = path(name);
        let known = file.exists().then(|| read(name));
        if known.as_ref().map(masked) == Some(masked(found)) {
            return;
        }
        if self.write {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            return fs::write(file, format!("{found:#}\n")).unwrap();
        }
        let told = known.map_or_else(|| "there is no such file".to_owned(), |known| differs(&known, found));
        self.wrong.lock().unwrap().push(format!("{name}: {told}"));
    }

    /// Fails if anything differed, or if a file was not asked for.
    pub fn close(self) {
        let (asked, mut wrong) = (self.asked.into_inner().unwrap(), self.wrong.into_inner().unwrap());
        for name in names().difference(&asked) {
            match self.write {
                true => fs::remove_file(path(name)).unwrap(),
                false => wrong.push(format!("{name}: no scene asks for it")),
            }
        }
        wrong.sort();
        let remedy = "if it is meant so: SPECIE_GOLDEN=write";
        assert!(wrong.is_empty(), "{}\n{} differ; {remedy}", wrong.join("\n"), wrong.len());
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract")
}

fn path(name: &str) -> PathBuf {
    folder().join(format!("{name}.json"))
}

/// What a file says.
pub fn read(name: &str) -> Value {
    let text = fs::read_to_string(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The names of all exchanges and notifications, such as `bitpay/get_invoice_new`.
pub fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for face in fs::read_dir(folder()).unwrap().map(|face| face.unwrap().path()).filter(|face| face.is_dir())
    {
        for file in fs::read_dir(face).unwrap() {
            let file = file.unwrap().path();
            assert_eq!(file.extension().unwrap(), "json", "{}", file.display());
            names.insert(file.with_extension("").strip_prefix(folder()).unwrap().display().to_string());
        }
    }
    names.retain(|name| !OTHERS.contains(&name.as_str()));
    names
}

/// The first line that is not the same, and what was there instead.
fn differs(known: &Value, found: &Value) -> String {
    let (known, found) = (masked(known), masked(found));
    let (mut known, mut found) = (known.lines(), found.lines());
    let mut before = "";
    loop {
        match (known.next(), found.next()) {
            (Some(known), Some(found)) if known == found => before = known,
            (known, found) => {
                let line = |line: Option<&str>| line.unwrap_or("the end").trim().to_owned();
                return format!("behind `{}`: `{}` is now `{}`", before.trim(), line(known), line(found));
            }
        }
    }
}

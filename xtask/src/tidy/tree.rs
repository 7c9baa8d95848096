//! The tree as tidy sees it: every text file, once, by its path from the root.

use std::{fs, io, path::Path};

/// Folders that hold what tools made, not what people wrote.
const MADE: &[&str] = &["target", "node_modules", "__pycache__"];

/// Hidden folders are tools' own, except these.
const HIDDEN_BUT_OURS: &[&str] = &[".ci", ".cargo", ".config", ".github"];

#[derive(Clone, Debug)]
pub struct SourceFile {
    /// From the root, with `/`.
    pub path: String,
    /// Empty for a file that is not UTF-8 (a picture, a font).
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub files: Vec<SourceFile>,
}

impl Tree {
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.descend(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// A tree out of nothing, for tests.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    pub fn get(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub fn rust(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    fn descend(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let hidden = name.starts_with('.') && !HIDDEN_BUT_OURS.contains(&name.as_str());
                if !hidden && !MADE.contains(&name.as_str()) {
                    self.descend(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file() {
                let text = String::from_utf8(fs::read(entry.path())?).unwrap_or_default();
                self.files.push(SourceFile { path, text });
            }
        }
        Ok(())
    }
}

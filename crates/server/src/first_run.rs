//! The first run: while a server has no user, one link lets whoever started it become the first.
//!
//! The link's token is made anew at each start and kept as a hash, in memory only. Opening the
//! link swaps it for a pass in that visitor's session, and then it is dead. With the first user,
//! however it was made, both are. The token is never logged: it goes to a terminal, or into a file
//! that only the server's own user can read.

use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bitcoin::base58;
use subtle::ConstantTimeEq;

use crate::{entropy, secret};

/// What the file is called, in the data folder.
const FILE: &str = "first-run";

/// Who may set a server up that has no user yet.
#[derive(Default)]
pub struct FirstRun {
    token: Mutex<Option<[u8; 32]>>,
    pass: Mutex<Option<[u8; 32]>>,
    file: PathBuf,
}

impl FirstRun {
    /// Of a server with this data folder. Without a token nobody may set it up. What an earlier
    /// run left behind is removed.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        let file = data.join(FILE);
        let _ = std::fs::remove_file(&file);
        Self { file, ..Self::default() }
    }

    /// Makes the token.
    pub fn invite(&self) -> String {
        let token = base58::encode(&entropy::bytes::<32>());
        *self.token.lock().expect("no holder panics") = Some(secret::fingerprint(&token));
        token
    }

    /// Swaps the token for a pass. It works once.
    pub(crate) fn spend(&self, token: &str) -> Option<String> {
        let mut known = self.token.lock().expect("no holder panics");
        if !is(token, known.as_ref()) {
            return None;
        }
        *known = None;
        let _ = std::fs::remove_file(&self.file);
        let pass = base58::encode(&entropy::bytes::<32>());
        *self.pass.lock().expect("no holder panics") = Some(secret::fingerprint(&pass));
        Some(pass)
    }

    /// Whether this is the pass.
    pub(crate) fn admits(&self, pass: &str) -> bool {
        is(pass, self.pass.lock().expect("no holder panics").as_ref())
    }

    /// There is a user: token and pass are dead.
    pub(crate) fn end(&self) {
        *self.token.lock().expect("no holder panics") = None;
        *self.pass.lock().expect("no holder panics") = None;
        // It is not there if a terminal showed the link.
        let _ = std::fs::remove_file(&self.file);
    }
}

fn is(secret: &str, known: Option<&[u8; 32]>) -> bool {
    known.is_some_and(|known| bool::from(secret::fingerprint(secret).ct_eq(known)))
}

/// Shows the link to whoever started the server: at the terminal, or in the file that the log
/// names.
pub fn announce(link: &str, data: &Path) {
    let mut terminal = std::io::stdout();
    if terminal.is_terminal() {
        // Nobody looks if it cannot be shown; the link can be had by starting again.
        let _ = writeln!(terminal, "Open this page to set up Specie. The link works once:\n\n  {link}\n");
        return;
    }
    let file = data.join(FILE);
    match write(&file, link) {
        Ok(()) => tracing::warn!(
            file = %file.display(),
            "there is no user yet, and until then the APIs answer 503: open the link in this file, or use \
             `specie user create`"
        ),
        Err(error) => {
            tracing::error!(%error, file = %file.display(), "the link to the first page cannot be kept")
        }
    }
}

fn write(path: &Path, link: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{link}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::FirstRun;

    #[test]
    fn a_token_works_once_and_nothing_works_when_there_is_a_user() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = FirstRun::new(folder.path());
        assert!(first.spend("").is_none() && !first.admits(""), "without an invitation nobody comes in");
        let former = first.invite();
        let token = first.invite();
        assert!(first.spend(&former).is_none() && first.spend("x").is_none());
        let pass = first.spend(&token).expect("a pass");
        assert!(first.spend(&token).is_none());
        assert!(first.admits(&pass) && !first.admits(&token) && !first.admits(""));
        let unused = first.invite();
        first.end();
        assert!(!first.admits(&pass) && first.spend(&unused).is_none());
    }
}

//! Who is logged in: a server, the key that signs for it and the tokens that it gave, in one file that nobody else reads.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use specie_client::{Client, Key, Secret, Settings, Tokens};

use super::Kept;
use crate::config;

/// Who is logged in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Account {
    /// The server.
    host: String,
    /// The private key, in hexadecimal. It spends nothing.
    key: Secret,
    tokens: Tokens,
}

impl Account {
    /// Of a client that is paired.
    pub(super) fn of(client: &Client) -> Self {
        let key = client.key().to_hex().into();
        Self { host: client.host().to_owned(), key, tokens: client.tokens().clone() }
    }

    /// Who is logged in, as a client.
    pub(super) fn client(kept: &Kept, settings: Settings) -> Result<Client, String> {
        let path = place(kept)?;
        let text = fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                "nobody is logged in: specie login https://your-server".to_owned()
            }
            _ => format!("{} cannot be read: {e}", path.display()),
        })?;
        let account: Self = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let key = Key::from_hex(account.key.reveal()).map_err(|e| format!("{}: {e}", path.display()))?;
        let client = Client::with_settings(&account.host, key, settings).map_err(|e| e.to_string())?;
        Ok(client.with_tokens(account.tokens))
    }

    /// Keeps it, whole or not at all, in a file of mode 0600.
    pub(super) fn keep(&self, kept: &Kept) -> Result<PathBuf, String> {
        let path = place(kept)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = |e: std::io::Error| format!("{} cannot be written: {e}", path.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let text = serde_json::to_string_pretty(self).expect("an account is JSON");
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&path).map_err(|e| failed(e.error))?;
        Ok(path)
    }
}

fn place(kept: &Kept) -> Result<PathBuf, String> {
    let named = kept.login.clone();
    named
        .or_else(|| config::settings_dir().map(|folder| folder.join("login.json")))
        .ok_or_else(|| "there is no home to keep a login in: name a file with --login".to_owned())
}

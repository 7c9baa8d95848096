//! Debian's packages, through apt as the machine has it set up.

use std::{
    cell::Cell,
    fs,
    io::{self, IsTerminal},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::shell;

/// Another apt may be at work (a fresh machine updates itself): wait this many seconds for it.
const LOCK_TIMEOUT: &str = "DPkg::Lock::Timeout=300";

/// The machine's own apt. Lists are fetched once, and only when something is to be installed.
#[derive(Default)]
pub struct Apt {
    updated: Cell<bool>,
}

impl Apt {
    pub fn install(&self, packages: &[&str]) -> Result<(), String> {
        if !self.updated.replace(true) {
            shell::quietly(as_root()?.args(["apt-get", "-q", "-o", LOCK_TIMEOUT, "update"]))?;
        }
        let mut install = as_root()?;
        install
            .args(["apt-get", "-q", "-y", "-o", LOCK_TIMEOUT, "install", "--no-install-recommends"])
            .args(packages);
        shell::quietly(&mut install).map(drop)
    }
}

/// A command that becomes root if it is not, and asks nothing where nobody can answer.
fn as_root() -> Result<Command, String> {
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    if !root {
        if !shell::works(Command::new("sudo").arg("--version")) {
            return Err(
                "Debian packages are missing, and this is neither root nor a user with sudo".to_owned()
            );
        }
        if !io::stdin().is_terminal() {
            command.arg("-n");
        }
        command.arg("env");
    }
    command.arg("DEBIAN_FRONTEND=noninteractive");
    Ok(command)
}

/// A private apt state for another suite: its lists and its cache are ours, its mirror and its trust are the machine's.
/// Nothing of it can ever be installed into the system by accident.
pub struct Suite {
    folder: PathBuf,
}

impl Suite {
    pub fn prepare(folder: &Path, suite: &str) -> Result<Self, String> {
        let stanza = own_source(suite)?;
        for part in ["sources", "lists/partial", "cache/archives/partial", "packages"] {
            super::create(&folder.join(part))?;
        }
        super::write(&folder.join("sources").join(stanza.file_name()), &stanza.text)?;
        let suite = Self { folder: folder.to_path_buf() };
        shell::quietly(suite.apt_get().arg("update"))?;
        Ok(suite)
    }

    /// Downloads (with apt's signature checks) and unpacks into `into`.
    pub fn unpack(&self, packages: &[&str], into: &Path) -> Result<(), String> {
        let folder = self.folder.join("packages");
        shell::quietly(self.apt_get().arg("download").args(packages).current_dir(&folder))?;
        let files = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for file in files {
            let file = file.map_err(|error| error.to_string())?.path();
            shell::quietly(Command::new("dpkg-deb").arg("-x").arg(file).arg(into))?;
        }
        Ok(())
    }

    fn apt_get(&self) -> Command {
        let mut command = Command::new("apt-get");
        command.arg("-q");
        for (option, value) in [
            ("Dir::Etc::SourceList", PathBuf::from("/dev/null")),
            ("Dir::Etc::SourceParts", self.folder.join("sources")),
            ("Dir::State::Lists", self.folder.join("lists")),
            ("Dir::Cache", self.folder.join("cache")),
            // Only what finding a package needs: no translations, no descriptions for software centres.
            ("Acquire::Languages", PathBuf::from("none")),
            ("Acquire::IndexTargets::deb::DEP-11::DefaultEnabled", PathBuf::from("false")),
            // Our folder is closed to apt's own user, and may be.
            ("APT::Sandbox::User", PathBuf::from("root")),
        ] {
            command.arg("-o").arg(format!("{option}={}", value.display()));
        }
        command
    }
}

/// A source of apt, in either of its two spellings.
#[derive(Debug, PartialEq, Eq)]
struct Stanza {
    deb822: bool,
    text: String,
}

impl Stanza {
    fn file_name(&self) -> &'static str {
        if self.deb822 { "suite.sources" } else { "suite.list" }
    }
}

/// The machine's own Debian source, for another suite.
fn own_source(suite: &str) -> Result<Stanza, String> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let field = |name: &str| {
        let value = release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.map(|value| value.trim_matches('"').to_owned())
    };
    if field("ID").as_deref() != Some("debian") {
        return Err(
            "this is not Debian: set BITCOIND_EXE to a node of your own (Bitcoin Core or Knots)".to_owned()
        );
    }
    let codename = field("VERSION_CODENAME").unwrap_or_default();
    let own = ["stable", "oldstable", "testing", "unstable", "sid", codename.as_str()];
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    let parts = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten();
    files.extend(parts.map(|part| part.path()));
    files.sort();
    let found = files.iter().find_map(|file| {
        let text = fs::read_to_string(file).ok()?;
        match file.extension()?.to_str()? {
            "sources" => deb822(&text, &own, suite),
            "list" => one_line(&text, &own, suite),
            _ => None,
        }
    });
    found.ok_or_else(|| format!("apt has no Debian source for {codename} that could be asked for {suite}"))
}

fn deb822(text: &str, own: &[&str], suite: &str) -> Option<Stanza> {
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let stanzas = lines.split(|line| line.trim().is_empty());
    let field = |line: &str, name: &str| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    };
    let has = |stanza: &[&str], name: &str, wanted: &[&str]| {
        let value = stanza.iter().find_map(|line| field(line, name)).unwrap_or_default();
        value.split_whitespace().any(|word| wanted.contains(&word))
    };
    let ours = stanzas.into_iter().find(|stanza| {
        has(stanza, "Types", &["deb"])
            && has(stanza, "Suites", own)
            && has(stanza, "Components", &["main"])
            && !has(stanza, "Enabled", &["no"])
    })?;
    let changed = ours.iter().map(|line| {
        if field(line, "Suites").is_some() {
            format!("Suites: {suite}\n")
        } else if field(line, "Types").is_some() {
            "Types: deb\n".to_owned()
        } else if field(line, "Components").is_some() {
            "Components: main\n".to_owned()
        } else {
            format!("{line}\n")
        }
    });
    Some(Stanza { deb822: true, text: changed.collect() })
}

fn one_line(text: &str, own: &[&str], suite: &str) -> Option<Stanza> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("deb ")?.trim();
        let (options, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((options, rest)) => (format!("[{options}] "), rest),
            None => (String::new(), rest),
        };
        let words: Vec<_> = rest.split_whitespace().collect();
        let (mirror, listed, components) = (words.first()?, words.get(1)?, words.get(2..)?);
        let ours = own.contains(listed) && components.contains(&"main");
        ours.then(|| Stanza { deb822: false, text: format!("deb {options}{mirror} {suite} main\n") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &["stable", "bookworm"];

    #[test]
    fn the_machines_own_stanza_is_asked_for_another_suite() {
        let text = "Types: deb\nURIs: http://m/security\nSuites: bookworm-security\nComponents: main\n\n\
                    # a snapshot\nTypes: deb deb-src\nURIs: http://m/debian\nSuites: bookworm bookworm-updates\n\
                    Components: main contrib\nSigned-By: /k.gpg\n";
        let expected =
            "Types: deb\nURIs: http://m/debian\nSuites: sid\nComponents: main\nSigned-By: /k.gpg\n";
        assert_eq!(deb822(text, OWN, "sid"), Some(Stanza { deb822: true, text: expected.to_owned() }));
    }

    #[test]
    fn a_disabled_or_foreign_stanza_is_passed_over() {
        let disabled = "Enabled: no\nTypes: deb\nURIs: http://m/debian\nSuites: bookworm\nComponents: main\n";
        let foreign = "Types: deb\nURIs: http://m/debian\nSuites: nodistro\nComponents: main\n";
        assert_eq!(deb822(disabled, OWN, "sid"), None);
        assert_eq!(deb822(foreign, OWN, "sid"), None);
    }

    #[test]
    fn a_one_line_source_keeps_its_options() {
        let text = "# deb http://x/debian bookworm main\ndeb http://m/security bookworm-security main\n\
                    deb [signed-by=/k.gpg arch=amd64] http://m/debian bookworm main contrib\n";
        let expected = "deb [signed-by=/k.gpg arch=amd64] http://m/debian sid main\n";
        assert_eq!(one_line(text, OWN, "sid"), Some(Stanza { deb822: false, text: expected.to_owned() }));
        assert_eq!(
            one_line("deb http://m/debian bookworm main", OWN, "sid").map(|stanza| stanza.text).as_deref(),
            Some("deb http://m/debian sid main\n")
        );
    }
}

//! The reference of all settings, as Markdown, from their declarations.

use clap::{Args, Command};

use super::{Place, Settings};

const HEAD: &str = "# Configuration

Every setting can be given as a flag of `specie serve`, as an environment variable, or in the configuration file
(TOML, keys named like the flags). A flag wins over the environment, which wins over the file. The file is
`specie.toml` in the data folder, or what `--config` names.

The data folder is the only state: database, server key (`server.key`), practice chain (`sandbox.log`), and while the
server runs its lock and the administration socket (`run/admin.sock`). `--data` and `--config` work for every command.
Commands reach a running server through the socket; where none runs, they take the same lock and work by themselves.

This page is printed by `specie reference`.

| flag | environment | meaning |
|---|---|---|
";

/// Settings that are on when they are named.
const SWITCHES: [&str; 2] = ["https-notifications-only", "accept-applications"];

/// The page `docs/configuration.md`.
#[must_use]
pub fn reference() -> String {
    let command = Settings::augment_args(Place::augment_args(Command::new("specie")));
    let mut page = HEAD.to_owned();
    for argument in command.get_arguments() {
        let (Some(long), Some(env)) = (argument.get_long(), argument.get_env()) else { continue };
        let value =
            argument.get_value_names().and_then(|names| names.first()).filter(|_| !SWITCHES.contains(&long));
        let value = value.map(|name| format!(" {name}")).unwrap_or_default();
        let meaning =
            argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
        let meaning = meaning.replace('\n', " ").replace('|', "\\|");
        page.push_str(&format!("| `--{long}{value}` | `{}` | {meaning} |\n", env.to_string_lossy()));
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_in_the_repository_is_this_one() {
        let page = include_str!("../../../../docs/configuration.md");
        assert_eq!(page, super::reference(), "print it anew: specie reference > docs/configuration.md");
    }
}

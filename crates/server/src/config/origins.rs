//! Where the value of each setting comes from, for the page that shows them. Secrets are hidden here, so that no page
//! could show one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command};
use serde_json::Value;

use super::{Place, Settings};

/// What stands for a secret.
const HIDDEN: &str = "hidden";

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File,
    /// An environment variable.
    Environment,
    /// A flag of the command line.
    Flag,
}

/// What was said on the command line and in the environment; all else that is set stands in the file.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    said: BTreeMap<String, Origin>,
    config: Option<PathBuf>,
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The flag's name without dashes, which is the name in the file as well.
    pub name: String,
    /// The environment variable.
    pub variable: String,
    /// Its value, or what holds without one.
    pub value: String,
    /// Where that comes from.
    pub origin: Origin,
}

/// Every argument that has a variable: its id, its name, its variable.
fn arguments() -> Vec<(String, String, String)> {
    let command = Settings::augment_args(Place::augment_args(Command::new("specie")));
    let named = command.get_arguments().filter_map(|argument| {
        let (long, variable) = (argument.get_long()?, argument.get_env()?);
        Some((argument.get_id().to_string(), long.to_owned(), variable.to_string_lossy().into_owned()))
    });
    named.collect()
}

impl Origins {
    /// What the command line's reader found, for the command that runs the server.
    #[must_use]
    pub fn of(found: &ArgMatches) -> Self {
        let said = arguments().into_iter().filter_map(|(id, name, _)| {
            let origin = match found.value_source(&id)? {
                ValueSource::CommandLine => Origin::Flag,
                ValueSource::EnvVariable => Origin::Environment,
                _ => return None,
            };
            Some((name, origin))
        });
        let config = found.try_get_one::<PathBuf>("config").ok().flatten().cloned();
        Self { said: said.collect(), config }
    }
}

impl Settings {
    /// Every setting with its value, and where that comes from. `data` is the data folder.
    #[must_use]
    pub fn shown(&self, data: &Path) -> Vec<Shown> {
        let mut values = serde_json::to_value(self).unwrap_or_default();
        let folder = |path: PathBuf| Value::from(path.display().to_string());
        if let Some(values) = values.as_object_mut() {
            values.insert("data".to_owned(), folder(data.to_owned()));
            let config = self.origins.config.clone().unwrap_or_else(|| data.join("specie.toml"));
            values.insert("config".to_owned(), folder(config));
        }
        let shown = arguments().into_iter().map(|(_, name, variable)| {
            let set = words(&name, values.get(&name).unwrap_or(&Value::Null));
            let said = self.origins.said.get(&name).copied();
            // The folder and the file are never in the file.
            let place = matches!(&*name, "data" | "config");
            let origin = match (said, &set) {
                (Some(origin), _) => origin,
                (None, Some(_)) if !place => Origin::File,
                (None, _) => Origin::Default,
            };
            let value = set.unwrap_or_else(|| self.without(&name, data));
            Shown { name, variable, value, origin }
        });
        shown.collect()
    }

    /// What holds where a setting is silent.
    fn without(&self, name: &str, data: &Path) -> String {
        match name {
            "listen" => super::DEFAULT_LISTEN.to_owned(),
            "database" => self.database_url(data),
            "https-notifications-only" | "accept-applications" => "no".to_owned(),
            "log" => "info".to_owned(),
            "public-url" => "the listening address".to_owned(),
            "rates" => {
                let feeds = self.feeds().unwrap_or_default();
                let names: Vec<&str> = feeds.iter().map(|(feed, _)| feed.name()).collect();
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            }
            _ => "not set".to_owned(),
        }
    }
}

/// A value that is set, in words; none if it is not. What may hold a secret is shown without it.
fn words(name: &str, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(on) => if *on { "yes" } else { "no" }.to_owned(),
        Value::Array(all) if all.is_empty() => return None,
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if name.contains("password") {
        return Some(HIDDEN.to_owned());
    }
    Some(
        if name == "database"
            || name.ends_with("-url")
            || name.starts_with("rates-")
            || name.ends_with("-zmq")
        {
            without_secrets(&text)
        } else {
            text
        },
    )
}

/// An address without a password and without its query, which may have one too.
fn without_secrets(text: &str) -> String {
    // What is no address of a host may have its secret anywhere.
    let parsed = url::Url::parse(text).ok().filter(|url| url.has_host() || !text.contains('@'));
    let Some(mut url) = parsed else {
        return if text.contains(['@', '?']) { HIDDEN.to_owned() } else { text.to_owned() };
    };
    let query = url.query().is_some();
    if url.password().is_none() && !query {
        return text.to_owned();
    }
    if url.password().is_some() && url.set_password(Some(HIDDEN)).is_err() {
        return HIDDEN.to_owned();
    }
    url.set_query(query.then_some(HIDDEN));
    url.into()
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;

    fn read(args: &[&str], file: &str) -> Vec<Shown> {
        let command =
            Settings::augment_args(Place::augment_args(Command::new("specie").no_binary_name(true)));
        let found = command.get_matches_from(args);
        let mut settings = Settings::from_arg_matches(&found).unwrap();
        settings.origins = Origins::of(&found);
        settings.or(toml::from_str(file).unwrap()).shown(Path::new("/srv/specie"))
    }

    fn of<'a>(shown: &'a [Shown], name: &str) -> (&'a str, Origin) {
        let found = shown.iter().find(|shown| shown.name == name).unwrap();
        (&found.value, found.origin)
    }

    #[test]
    fn each_setting_says_where_it_comes_from() {
        let shown = read(
            &["--listen", "127.0.0.1:1", "--log", "debug"],
            "log = \"warn\"\nnetwork = \"regtest\"\nallow-private = [\"10.0.0.0/8\", \"127.0.0.1\"]\n\
             accept-applications = false\n",
        );
        for (name, expected) in [
            ("listen", ("127.0.0.1:1", Origin::Flag)),
            ("log", ("debug", Origin::Flag)),
            ("network", ("regtest", Origin::File)),
            ("allow-private", ("10.0.0.0/8, 127.0.0.1", Origin::File)),
            ("accept-applications", ("no", Origin::File)),
            ("https-notifications-only", ("no", Origin::Default)),
            ("bitcoind-url", ("not set", Origin::Default)),
            ("database", ("sqlite:/srv/specie/specie.db", Origin::Default)),
            ("data", ("/srv/specie", Origin::Default)),
            ("config", ("/srv/specie/specie.toml", Origin::Default)),
            ("rates", ("none", Origin::Default)),
        ] {
            assert_eq!(of(&shown, name), expected, "{name}");
        }
        let listen = shown.iter().find(|shown| shown.name == "listen").unwrap();
        assert_eq!(listen.variable, "SPECIE_LISTEN");
        assert_eq!(shown.len(), arguments().len());
    }

    #[test]
    fn no_secret_is_shown_wherever_it_was_written() {
        let shown = read(
            &[
                "--bitcoind-user",
                "shop",
                "--bitcoind-password",
                "s3cret",
                "--rates-kraken",
                "https://a:s3cret@x.example/",
            ],
            "database = \"postgres://specie:s3cret@db.example/shop?sslpassword=s3cret\"\n\
             bitcoind-url = \"http://me:s3cret@127.0.0.1:8332\"\n",
        );
        assert!(!format!("{shown:?}").contains("s3cret"), "{shown:?}");
        assert_eq!(of(&shown, "bitcoind-password"), ("hidden", Origin::Flag));
        assert_eq!(of(&shown, "database").0, "postgres://specie:hidden@db.example/shop?hidden");
        assert_eq!(of(&shown, "bitcoind-url").0, "http://me:hidden@127.0.0.1:8332/");
        for (text, expected) in
            [("me:s3cret@host", "hidden"), ("sqlite:/a.db", "sqlite:/a.db"), ("no address", "no address")]
        {
            assert_eq!(without_secrets(text), expected);
        }
    }
}

//! PostgreSQL for the tests: Debian's, and one cluster of the tests' own for as long as they run.
//!
//! Which programs are used, how a cluster is made and how it goes away is written once, in the test kit's
//! `cluster.sh`. Debian makes a cluster of its own when it installs the package; it is never touched.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::debian::Apt;
use crate::shell;

/// A PostgreSQL that is there.
pub struct Postgres {
    script: PathBuf,
}

/// A running cluster. It goes when this is dropped, or when this process ends.
pub struct Cluster {
    keeper: Child,
    /// The superuser's address.
    pub url: String,
}

pub fn ensure(root: &Path, apt: &Apt) -> Result<Postgres, String> {
    let script = root.join("crates/testkit/src/cluster.sh");
    let version = || shell::quietly(Command::new("sh").arg(&script).arg("version"));
    let said = match version() {
        Ok(said) => said,
        Err(_) => {
            apt.install(&["postgresql"])?;
            version()?
        }
    };
    println!("   {}", said.trim_end());
    Ok(Postgres { script })
}

impl Postgres {
    /// Starts a cluster; says nothing if all is well.
    pub fn start(&self) -> Result<Cluster, String> {
        // Another process may take a free port before the cluster does: then try others.
        let mut why = String::new();
        for _ in 0..5 {
            match self.start_at(free_port()?) {
                Ok(cluster) => return Ok(cluster),
                Err(words) => why = words,
            }
        }
        Err(why)
    }

    fn start_at(&self, port: u16) -> Result<Cluster, String> {
        let mut command = Command::new("sh");
        command.arg(&self.script).arg(port.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // An interrupt from the terminal ends us and the tests; the script hears of it and cleans up.
        let mut keeper = command.process_group(0).spawn().map_err(|error| error.to_string())?;
        let said = keeper.stdout.take().and_then(|out| BufReader::new(out).lines().next());
        match said {
            Some(Ok(url)) => Ok(Cluster { keeper, url }),
            _ => {
                let mut why = String::new();
                let read = keeper.stderr.take().map(|mut words| words.read_to_string(&mut why));
                let ended = keeper.wait();
                Err(format!("the cluster did not start ({ended:?}, {read:?}):\n{why}"))
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It has been asked; the tests' verdict does not depend on it.
        let _ = self.keeper.wait();
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

#[cfg(test)]
mod tests {
    use std::{net::TcpStream, path::Path};

    use super::*;

    #[test]
    fn a_cluster_listens_until_it_is_dropped_and_a_taken_port_is_an_error() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let postgres = Postgres { script: root.join("crates/testkit/src/cluster.sh") };
        let cluster = postgres.start().unwrap();
        let address = cluster.url.split(['@', '/']).nth(3).unwrap().to_owned();
        assert!(TcpStream::connect(&address).is_ok(), "{}", cluster.url);
        let port = address.split_once(':').unwrap().1.parse().unwrap();
        let refused = postgres.start_at(port).err().unwrap();
        assert!(refused.contains("could not bind"), "{refused}");
        drop(cluster);
        assert!(TcpStream::connect(&address).is_err());
    }
}

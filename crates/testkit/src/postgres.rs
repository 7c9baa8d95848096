//! PostgreSQL for tests: a cluster of their own on the loopback, and a new database in it for each
//! who asks.
//!
//! `cargo xtask check` starts one cluster for all tests and says where in `SPECIE_TEST_POSTGRES`;
//! without it each test process starts one. Nothing is left behind, however a test ends:
//! `cluster.sh` keeps the cluster, and takes it away when the pipe to its starter closes.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use postgres::{Client, NoTls};
use url::Url;

/// A running cluster, gone when dropped or when this process ends.
#[derive(Debug)]
pub struct Cluster {
    keeper: Child,
    url: String,
}

impl Cluster {
    /// Makes and starts a cluster. Commits do not wait for the disk.
    ///
    /// # Panics
    /// If there is no PostgreSQL, or it does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_as("")
    }

    /// As [`start`](Self::start), but what is committed is on the disk.
    ///
    /// # Panics
    /// As there.
    #[must_use]
    pub fn durable() -> Self {
        Self::start_as("durable")
    }

    fn start_as(kind: &str) -> Self {
        // Another process may take a free port before the cluster does: then try others.
        let mut why = String::new();
        for _ in 0..5 {
            match Self::start_at(free_port(), kind) {
                Ok(cluster) => return cluster,
                Err(words) => why = words,
            }
        }
        panic!("PostgreSQL does not start; `cargo xtask check` installs it:\n{why}");
    }

    fn start_at(port: u16, kind: &str) -> Result<Self, String> {
        let mut keeper = Command::new("sh")
            .args(["-c", include_str!("cluster.sh"), "cluster.sh", &port.to_string(), kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // What ends this process's group leaves the keeper the time to clean up.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let mut url = String::new();
        BufReader::new(keeper.stdout.take().expect("a pipe")).read_line(&mut url).expect("text");
        if url.is_empty() {
            let mut why = String::new();
            keeper.stderr.take().expect("a pipe").read_to_string(&mut why).expect("text");
            keeper.wait().expect("the keeper ends");
            return Err(why);
        }
        Ok(Self { keeper, url: url.trim_end().to_owned() })
    }

    /// The superuser's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It has been asked; how it ends changes nothing here.
        let _ = self.keeper.wait();
    }
}

/// A new database that belongs to a new user without privileges; both are dropped with this.
#[derive(Debug)]
pub struct Database {
    superuser: String,
    name: String,
    url: String,
}

impl Database {
    /// A database in the cluster of `SPECIE_TEST_POSTGRES` (a superuser's address), else in one of
    /// this process's own.
    #[must_use]
    pub fn fresh() -> Self {
        Self::in_cluster(shared())
    }

    /// A database in this cluster.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn in_cluster(superuser: &str) -> Self {
        let name = by_hand(superuser, |client| {
            let id =
                client.query_one("SELECT replace(gen_random_uuid()::text, '-', '')", &[]).expect("an id");
            let name = format!("specie_{}", id.get::<_, String>(0));
            // One statement each: a database is not made within a transaction.
            for sql in [
                format!("CREATE ROLE {name} LOGIN PASSWORD '{name}'"),
                // Nobody ever uses this template, so that several can be made from it at a time.
                format!("CREATE DATABASE {name} OWNER {name} TEMPLATE template0"),
            ] {
                client.batch_execute(&sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
            }
            name
        });
        let mut url = Url::parse(superuser).expect("an address");
        url.set_username(&name).expect("an address with a host");
        url.set_password(Some(&name)).expect("an address with a host");
        url.set_path(&name);
        Self { superuser: superuser.to_owned(), name, url: url.into() }
    }

    /// Its address, with user and password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets somebody ask and change it beside the program.
    ///
    /// # Panics
    /// If it cannot be reached.
    pub fn by_hand<T: Send>(&self, work: impl FnOnce(&mut Client) -> T + Send) -> T {
        by_hand(&self.url, work)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = &self.name;
        let drop = |client: &mut Client| {
            // Whoever is still connected is thrown out. A cluster that is being stopped may refuse.
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            let _ = client.batch_execute(&format!("DROP ROLE IF EXISTS {name}"));
        };
        let superuser = &self.superuser;
        on_a_thread(|| {
            if let Ok(mut client) = Client::connect(superuser, NoTls) {
                drop(&mut client);
            }
        });
    }
}

fn shared() -> &'static str {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    static GIVEN: OnceLock<Option<String>> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "the test kit may read the environment")]
    let given = || std::env::var("SPECIE_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    match GIVEN.get_or_init(given) {
        Some(url) => url,
        None => OWN.get_or_init(Cluster::start).url(),
    }
}

fn by_hand<T: Send>(url: &str, work: impl FnOnce(&mut Client) -> T + Send) -> T {
    on_a_thread(|| {
        let mut client = Client::connect(url, NoTls).unwrap_or_else(|e| panic!("{url}: {e}"));
        work(&mut client)
    })
}

/// The client blocks by a runtime of its own, which a test that is async itself would not allow.
fn on_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

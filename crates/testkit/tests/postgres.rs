//! A cluster lives as long as its starter, and databases as long as whoever asked for them.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use postgres::{Client, NoTls};
use specie_testkit::postgres::{Cluster, Database};
use specie_testkit::wait::until;

fn folder_of(cluster: &Cluster) -> String {
    let mut client = Client::connect(cluster.url(), NoTls).unwrap();
    client.query_one("SHOW data_directory", &[]).unwrap().get(0)
}

#[test]
fn a_cluster_that_is_dropped_is_gone_with_its_folder() {
    let cluster = Cluster::start();
    let folder = folder_of(&cluster);
    assert!(Path::new(&folder).parent().unwrap().exists());
    drop(cluster);
    assert!(!Path::new(&folder).parent().unwrap().exists());
}

#[test]
fn a_cluster_is_utf8_in_no_particular_language_with_room_for_all_tests() {
    let cluster = Cluster::start();
    let mut client = Client::connect(cluster.url(), NoTls).unwrap();
    for (setting, value) in [
        ("server_encoding", "UTF8"),
        ("lc_collate", "C.UTF-8"),
        ("max_connections", "300"),
        ("fsync", "off"),
        ("synchronous_commit", "on"),
        ("listen_addresses", "127.0.0.1"),
    ] {
        let row = client.query_one("SELECT current_setting($1)", &[&setting]).unwrap();
        assert_eq!(row.get::<_, String>(0), value, "{setting}");
    }
}

#[test]
fn a_database_is_its_owners_alone_and_dropped_with_whoever_uses_it() {
    let first = Database::fresh();
    let second = Database::fresh();
    first.by_hand(|client| {
        client.batch_execute("CREATE TABLE a (n BIGINT); INSERT INTO a VALUES (7)").unwrap()
    });
    let seen: i64 = first.by_hand(|client| client.query_one("SELECT n FROM a", &[]).unwrap().get(0));
    assert_eq!(seen, 7);
    assert!(
        second.by_hand(|client| client.query_one("SELECT n FROM a", &[]).is_err()),
        "not the same database"
    );
    let mut user = Client::connect(first.url(), NoTls).unwrap();
    let superuser =
        user.query_one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", &[]).unwrap();
    assert!(!superuser.get::<_, bool>(0));
    let url = first.url().to_owned();
    drop(first);
    assert!(user.query_one("SELECT 1", &[]).is_err(), "thrown out");
    assert!(Client::connect(&url, NoTls).is_err());
}

/// What is killed: this test itself, in a process of its own.
const TO_BE_KILLED: &str = "SPECIE_TEST_TO_BE_KILLED";

#[test]
fn a_killed_process_leaves_neither_cluster_nor_folder() {
    #[expect(clippy::disallowed_methods, reason = "the test says by it which of its two processes this is")]
    if std::env::var_os(TO_BE_KILLED).is_some() {
        let cluster = Cluster::start();
        println!("cluster {} {}", folder_of(&cluster), cluster.url());
        loop {
            std::thread::park();
        }
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "a_killed_process_leaves_neither_cluster_nor_folder"])
        .env(TO_BE_KILLED, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said = lines.find_map(|line| Some(line.split_once("cluster ")?.1.to_owned())).unwrap();
    let (data, url) = said.split_once(' ').unwrap();
    let folder = Path::new(data).parent().unwrap();
    let address = url.split(['@', '/']).nth(3).unwrap();
    assert!(folder.exists() && TcpStream::connect(address).is_ok(), "{said}");
    child.kill().unwrap();
    child.wait().unwrap();
    until("the folder to go", || (!folder.exists()).then_some(()));
    assert!(TcpStream::connect(address).is_err());
}

//! Where settings come from, and what of them lies open on disk.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use specie_testkit::server::{OWNER, PASSWORD, Server};

use super::house::{EXE, House, run};

fn public_url(args: &[&str], env: &[(&str, &str)], file: &str) -> String {
    let args = args.iter().map(|arg| (*arg).to_owned()).collect();
    let server = Server::start_configured(EXE, args, env, file);
    server.run(&["status"])["public_url"].as_str().unwrap().to_owned()
}

#[test]
fn a_flag_wins_over_the_environment_which_wins_over_the_file() {
    let file = "public-url = \"http://file.example\"\n";
    let env = [("SPECIE_PUBLIC_URL", "http://environment.example")];
    let flag = ["--public-url", "http://flag.example/"];
    assert_eq!(public_url(&flag, &env, file), "http://flag.example");
    assert_eq!(public_url(&[], &env, file), "http://environment.example");
    assert_eq!(public_url(&[], &[], file), "http://file.example");
    assert!(public_url(&[], &[], "").starts_with("http://127.0.0.1:"));
}

#[test]
fn a_setting_that_is_none_is_refused_by_its_name() {
    let folder = House::quiet();
    let data = folder.data().to_str().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data];
    for (file, name) in [
        ("colour = \"red\"\n", "colour"),
        ("public-url = 7\n", "public-url"),
        ("public_url = \"http://a.example\"\n", "public_url"),
        ("public-url = \"shop\"\n", "public-url"),
        ("allow-private = [\"everything\"]\n", "allow-private"),
        ("trusted-proxy = [\"all\"]\n", "trusted-proxy"),
        ("network = \"moonnet\"\n", "network"),
        ("network = \"regtest\"\n", "bitcoind-url"),
        ("rates = [\"bitstamp\"]\n", "rates"),
        ("rates-kraken = \"http://rates.example\"\n", "rates-kraken"),
        ("listen = \n", "specie.toml"),
    ] {
        std::fs::write(folder.data().join("specie.toml"), file).unwrap();
        let ran = run(&serve, &[], "");
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{file}: {ran:?}");
        assert!(ran.stderr.contains(name), "{file}: {}", ran.stderr);
    }
    // A file that was asked for has to be there.
    let missing = folder.data().join("missing.toml");
    let ran = run(&[&serve[..], &["--config", missing.to_str().unwrap()]].concat(), &[], "");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("missing.toml"), "{}", ran.stderr);
}

#[test]
fn commands_without_a_server_use_the_database_that_the_server_would_use() {
    let folder = House::quiet();
    let elsewhere = folder.data().join("elsewhere.db");
    let url = format!("sqlite:{}", elsewhere.display());
    let data = folder.data().to_str().unwrap();
    let args = ["user", "create", "--email", OWNER, "--password-stdin", "--json", "--data", data];
    assert_eq!(run(&args, &[("SPECIE_DATABASE", &url)], PASSWORD).code, 0);
    assert!(elsewhere.exists());
    assert!(!folder.data().join("specie.db").exists());
    // The folder itself may come from the environment as well.
    let list = ["store", "list", "--json"];
    let ran = run(&list, &[("SPECIE_DATABASE", &url), ("SPECIE_DATA", data)], "");
    assert_eq!(ran.answer().unwrap()["stores"].as_array().unwrap().len(), 0);
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn keys_and_the_socket_are_for_the_owner_alone() {
    let server = Server::start(EXE);
    assert_eq!(mode(&server.data().join("run")), 0o700);
    assert_eq!(mode(&server.data().join("run/admin.sock")), 0o600);
    assert_eq!(mode(&server.data().join("server.key")), 0o600);
    assert_eq!(std::fs::read(server.data().join("server.key")).unwrap().len(), 32);
    // A folder that the server makes itself is closed altogether.
    let folder = House::quiet();
    let fresh = folder.data().join("a/b");
    let fresh_data = fresh.to_str().unwrap();
    // Only the first user makes one: a mistyped folder is no empty house.
    let ran = run(&["store", "list", "--json", "--data", fresh_data], &[], "");
    assert_eq!(ran.error(), format!("there is no data folder {fresh_data}"));
    assert!(!fresh.exists());
    let create = ["user", "create", "--email", OWNER, "--password-stdin", "--json", "--data", fresh_data];
    let ran = run(&create, &[], PASSWORD);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(mode(&fresh), 0o700);
    assert_eq!(mode(&fresh.join("server.key")), 0o600);
}

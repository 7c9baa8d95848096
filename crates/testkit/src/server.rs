//! The server as its users run it: a process with a data folder, and the command line beside it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::data::DataFolder;
use crate::node::RegtestNode;
use crate::postgres::Database;
use crate::sql::Sql;
use crate::wait::until;

/// The password of every user that tests make.
pub const PASSWORD: &str = "correct horse battery";
/// The e-mail address of the store's owner.
pub const OWNER: &str = "owner@shop.example";

/// A variable that a person may have set for a database of theirs: no test touches that.
const DATABASE: &str = "SPECIE_DATABASE";

/// A running server, killed when dropped.
#[derive(Debug)]
pub struct Server {
    exe: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
    data: DataFolder,
    child: Option<Child>,
    url: String,
    /// Its log goes into a file, and not to the test's own output.
    logged: bool,
}

/// How a command ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Server {
    /// Starts `specie serve` with a new data folder on a port that the system gives. Private
    /// notification targets on the loopback are allowed, as the tests' receivers live there.
    #[must_use]
    pub fn start(exe: &str) -> Self {
        Self::start_with(exe, &[])
    }

    /// As [`start`](Self::start), with further arguments of `serve`.
    #[must_use]
    pub fn start_with(exe: &str, args: &[&str]) -> Self {
        let mut all = vec!["--allow-private".to_owned(), "127.0.0.0/8".to_owned()];
        all.extend(args.iter().map(|arg| (*arg).to_owned()));
        Self::start_exactly(exe, all)
    }

    /// Starts a server that follows a node, with its first user, and waits until the
    /// chain is followed.
    #[must_use]
    pub fn on_node(exe: &str, node: &RegtestNode) -> Self {
        let cookie = node.cookie_file().display().to_string();
        let server = Self::start_with(
            exe,
            &[
                "--network",
                node.chain(),
                "--bitcoind-url",
                &node.rpc_url(),
                "--bitcoind-cookie",
                &cookie,
                "--bitcoind-zmq",
                &node.zmq_url(),
            ],
        );
        server.create_user(OWNER);
        until("the chain being followed", || {
            let status = server.try_run(&["status"], "").answer()?;
            status["chains"].as_array()?.iter().find(|chain| chain["network"] == node.chain())?["height"]
                .as_u64()
        });
        server
    }

    /// Makes a store on the node's network, paid into this wallet, with a fixed rate of 50,000 USD.
    pub fn real_store(&self, name: &str, wallet: &str) -> String {
        let store = self.run(&["store", "create", "--owner", OWNER, "--name", name, "--wallet", wallet]);
        let id = store["id"].as_str().expect("an id").to_owned();
        self.run(&["rates", "set", "--store", &id, "BTC_USD", "50000"]);
        id
    }

    /// Starts `specie serve` with just these arguments besides data folder and port.
    #[must_use]
    pub fn start_exactly(exe: &str, args: Vec<String>) -> Self {
        Self::start_configured(exe, args, &[], "")
    }

    /// As [`start_exactly`](Self::start_exactly), in this environment and with this configuration
    /// file.
    ///
    /// # Panics
    /// If the server does not start.
    #[must_use]
    pub fn start_configured(exe: &str, args: Vec<String>, env: &[(&str, &str)], file: &str) -> Self {
        Self::begin(exe, "127.0.0.1:0", args, env, file)
    }

    /// As [`start_exactly`](Self::start_exactly), on a known address: then the public address may
    /// be another.
    ///
    /// # Panics
    /// If the server does not start.
    #[must_use]
    pub fn start_at(exe: &str, listen: &str, args: Vec<String>) -> Self {
        Self::begin(exe, listen, args, &[], "")
    }

    fn begin(exe: &str, listen: &str, args: Vec<String>, env: &[(&str, &str)], file: &str) -> Self {
        let data = DataFolder::with_settings(file);
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut server =
            Self { exe: exe.into(), args, env, data, child: None, url: String::new(), logged: false };
        server.launch(listen);
        server
    }

    /// Starts a server on a database that was made before.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn in_database(exe: &str, database: Database) -> Self {
        let data = DataFolder::in_database(database);
        let args = vec!["--allow-private".to_owned(), "127.0.0.0/8".to_owned()];
        let mut server =
            Self { exe: exe.into(), args, env: vec![], data, child: None, url: String::new(), logged: false };
        server.launch("127.0.0.1:0");
        server
    }

    /// Starts another process at the same database, with a data folder of its own.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn beside(&self) -> Self {
        let data = DataFolder::beside(&self.data);
        let (exe, args, env) = (self.exe.clone(), self.args.clone(), self.env.clone());
        let mut server = Self { exe, args, env, data, child: None, url: String::new(), logged: false };
        server.launch("127.0.0.1:0");
        server
    }

    /// Starts a server, makes its first user, and a practice store of that user.
    #[must_use]
    pub fn with_store(exe: &str) -> (Self, String) {
        let server = Self::start(exe);
        server.create_user(OWNER);
        let store = server.practice_store("Alder & Finch Books", &[]);
        (server, store)
    }

    fn launch(&mut self, listen: &str) {
        self.spawn(listen);
        let status = until("the server's socket", || {
            if let Some(Ok(Some(status))) = self.child.as_mut().map(Child::try_wait) {
                panic!("the server ended at once: {status}");
            }
            // The socket exists before it answers; without it the command would work in process.
            let ran =
                self.data.path().join("run/admin.sock").exists().then(|| self.try_run(&["status"], ""))?;
            // Whether all is well with it is another question.
            serde_json::from_str(&ran.stdout).ok().filter(|status: &Value| status["running"] == true)
        });
        self.data.assert_used();
        self.url = match listen.ends_with(":0") {
            true => status["public_url"].as_str().expect("an address").to_owned(),
            false => format!("http://{listen}"),
        };
    }

    fn spawn(&mut self, listen: &str) {
        let child = Command::new(&self.exe)
            .args(["serve", "--listen", listen, "--data"])
            .arg(self.data.path())
            .args(&self.args)
            .env_remove(DATABASE)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(self.stderr())
            .spawn()
            .expect("the server can be started");
        self.child = Some(child);
    }

    fn stderr(&self) -> Stdio {
        if !self.logged {
            return Stdio::inherit();
        }
        let log = File::options().create(true).append(true).open(self.log_file());
        log.expect("a file for the log").into()
    }

    fn log_file(&self) -> PathBuf {
        self.data.path().join("log")
    }

    /// Starts the server again, and from then on keeps what it logs.
    pub fn keep_log(&mut self) {
        self.logged = true;
        self.restart();
    }

    /// The lines that it logged since then.
    ///
    /// # Panics
    /// If they are not kept.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log_file()).expect("a log that is kept");
        log.lines().map(str::to_owned).collect()
    }

    /// The address of the server, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The database by another hand, beside the program and its rules.
    #[must_use]
    pub fn sql(&self) -> Sql {
        self.data.sql()
    }

    /// The process id.
    ///
    /// # Panics
    /// If the server does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// Whether it was started and not stopped since.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.child.is_some()
    }

    /// Kills the server as a power cut would: no goodbye.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops the server politely and returns its exit code.
    ///
    /// # Panics
    /// If it does not run.
    pub fn stop(&mut self) -> i32 {
        let mut child = self.child.take().expect("the server runs");
        let killed = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
        assert!(killed.success());
        child.wait().expect("the server ends").code().unwrap_or(-1)
    }

    /// Starts the server again on the same address, with the same data.
    pub fn restart(&mut self) {
        self.kill();
        // Left behind by the kill: the new server's is waited for.
        let _ = std::fs::remove_file(self.data.path().join("run/admin.sock"));
        self.launch(&self.listen());
    }

    /// As [`restart`](Self::restart), without waiting for it, and with all that a kill left behind.
    pub fn begin_restart(&mut self) {
        self.kill();
        self.spawn(&self.listen());
    }

    /// Whether the process is still there, ready or not.
    pub fn is_alive(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    fn listen(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    /// Runs a command of the command line with `--json` on this data folder, and returns its answer.
    ///
    /// # Panics
    /// If it fails.
    pub fn run(&self, args: &[&str]) -> Value {
        self.run_with_input(args, "")
    }

    /// As [`run`](Self::run), with something on standard input.
    ///
    /// # Panics
    /// If it fails.
    pub fn run_with_input(&self, args: &[&str], input: &str) -> Value {
        let ran = self.try_run(args, input);
        ran.answer().unwrap_or_else(|| panic!("{args:?}: {ran:?}"))
    }

    /// Runs a command with `--json` and returns how it ended.
    ///
    /// # Panics
    /// If it cannot be run.
    pub fn try_run(&self, args: &[&str], input: &str) -> Ran {
        let mut child = Command::new(&self.exe)
            .args(args)
            .args(["--json", "--data"])
            .arg(self.data.path())
            .env_remove(DATABASE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command can be run");
        // A command that reads nothing may have closed it.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the command ends");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Makes a user with the tests' password.
    pub fn create_user(&self, email: &str) -> String {
        let user = self.run_with_input(&["user", "create", "--email", email, "--password-stdin"], PASSWORD);
        user["id"].as_str().expect("an id").to_owned()
    }

    /// Makes a practice store of the owner, with further arguments of `store create`.
    pub fn practice_store(&self, name: &str, more: &[&str]) -> String {
        let mut args = vec!["store", "create", "--owner", OWNER, "--name", name, "--sandbox"];
        args.extend(more);
        self.run(&args)["id"].as_str().expect("an id").to_owned()
    }

    /// Pays what is missing of a practice invoice.
    pub fn pay(&self, invoice: &str) -> String {
        self.run(&["sandbox", "pay", invoice])["txid"].as_str().expect("a txid").to_owned()
    }

    /// Mines practice blocks.
    pub fn mine(&self, blocks: u32) {
        self.run(&["sandbox", "mine", &blocks.to_string()]);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Ran {
    /// The answer of a command that succeeded.
    #[must_use]
    pub fn answer(&self) -> Option<Value> {
        (self.code == 0).then(|| serde_json::from_str(&self.stdout).ok())?
    }

    /// The error of a command that failed.
    ///
    /// # Panics
    /// If it did not fail with one.
    #[must_use]
    pub fn error(&self) -> String {
        assert_ne!(self.code, 0, "{self:?}");
        let answer: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        answer["error"].as_str().expect("an error").to_owned()
    }
}

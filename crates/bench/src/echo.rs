//! A server that answers what it is asked, and does nothing else: what HTTP and JSON alone cost.

use std::future::IntoFuture;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use axum::Router;
use axum::routing::post;
use serde_json::Value;

/// On how many addresses of the loopback it listens: each can be a shop of its own.
pub const HOSTS: usize = 64;

/// Such a server in a process of its own, gone when dropped.
pub struct Echo {
    child: Child,
    /// `127.0.0.1:40000`.
    pub address: String,
}

impl Echo {
    /// Starts one.
    pub fn start() -> Self {
        let exe = std::env::current_exe().expect("this program's own file");
        let mut child = Command::new(exe)
            .arg("echo")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started");
        let mut address = String::new();
        let said = child.stdout.take().expect("a pipe");
        BufReader::new(said).read_line(&mut address).expect("an address");
        Self { child, address: address.trim_end().to_owned() }
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until standard input closes.
pub fn serve() {
    // Whoever started it may be killed: then nobody is left to end this.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router =
            Router::new().route("/", post(|axum::Json(body): axum::Json<Value>| async { axum::Json(body) }));
        for host in 2..=HOSTS {
            let listener = tokio::net::TcpListener::bind(format!("127.0.0.{host}:{}", address.port()));
            let listener = listener.await.expect("the same port on another address of the loopback");
            tokio::spawn(axum::serve(listener, router.clone()).into_future());
        }
        println!("{address}");
        axum::serve(listener, router).await.expect("it serves");
    });
}

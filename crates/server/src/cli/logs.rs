//! `specie logs tail`: the requests that the server answers, as it answers them.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{fail, server};
use crate::config::Place;

/// How long the server may wait for another request, in seconds.
const WAIT: u64 = 20;
/// How long is waited for a server that is not there.
const PAUSE: Duration = Duration::from_secs(1);

/// Which log is read, and how.
#[derive(Debug, Subcommand)]
pub(super) enum Logs {
    /// Follow the requests that the server answers.
    Tail(Tail),
}

#[derive(Debug, Args)]
pub(super) struct Tail {
    /// Only these: 404, 4xx, 5xx.
    #[arg(long, value_parser = status)]
    status: Option<Status>,
    /// Only routes that begin so: /invoices
    #[arg(long, value_name = "PATH", default_value = "")]
    route: String,
    /// How many that came before are shown first.
    #[arg(long, value_name = "N", default_value_t = 20)]
    lines: usize,
    /// Show those, and end.
    #[arg(long)]
    no_follow: bool,
}

/// A status, or the first digit of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    One(u64),
    Hundred(u64),
}

fn status(text: &str) -> Result<Status, String> {
    let hundred = text.strip_suffix("xx").and_then(|digit| digit.parse().ok()).map(Status::Hundred);
    let one = text.parse().ok().filter(|status| (100..1000).contains(status)).map(Status::One);
    hundred.or(one).ok_or_else(|| "a status such as 404, or 4xx".to_owned())
}

/// Prints requests until it is interrupted.
pub(super) async fn run(place: &Place, Logs::Tail(tail): Logs, json: bool) -> ExitCode {
    let followed = async {
        let data = place.data_dir().map_err(|e| e.to_string())?;
        tail.follow(&server::socket_path(&data), json).await
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => ExitCode::SUCCESS,
        ended = followed => match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => fail(&problem, json),
        },
    }
}

impl Tail {
    async fn follow(&self, socket: &Path, json: bool) -> Result<(), String> {
        let client = reqwest::Client::builder().unix_socket(socket).timeout(Duration::from_secs(WAIT + 10));
        let client = client.build().map_err(|e| e.to_string())?;
        // Which log it is, and up to where it was shown.
        let (mut log, mut after) = (Value::Null, Value::Null);
        loop {
            let asked = json!({ "log": log, "after": after, "lines": self.lines, "wait": WAIT });
            let found = match ask(&client, &asked).await {
                Ok(found) => found,
                // Not there from the beginning it is somebody's mistake; later it may come back.
                Err(problem) if after.is_null() => return Err(problem),
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            (log, after) = (found["log"].clone(), found["last"].clone());
            let requests = found["requests"].as_array().map_or(&[][..], Vec::as_slice);
            for request in requests.iter().filter(|one| self.shows(one)) {
                if json { println!("{request}") } else { println!("{}", line(request)) }
            }
            if self.no_follow {
                return Ok(());
            }
            if requests.is_empty() {
                // A server that stops answers at once.
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    fn shows(&self, request: &Value) -> bool {
        let answered = request["status"].as_u64().unwrap_or(0);
        let status = match self.status {
            None => true,
            Some(Status::One(status)) => answered == status,
            Some(Status::Hundred(digit)) => answered / 100 == digit,
        };
        status && request["route"].as_str().unwrap_or("").starts_with(&self.route)
    }
}

async fn ask(client: &reqwest::Client, asked: &Value) -> Result<Value, String> {
    let answer = client.post("http://specie/requests").body(asked.to_string()).send().await;
    let answer = answer.map_err(|_| "no server runs on this data folder".to_owned())?;
    let answer = answer.error_for_status().map_err(|e| format!("the server refused: {e}"))?;
    let bytes = answer.bytes().await.map_err(|e| e.to_string())?;
    serde_json::from_slice(&bytes).map_err(|e| format!("the server's answer is no JSON: {e}"))
}

/// A request in a line: when, how it was answered and after how long, which it was, and its name in the log.
fn line(request: &Value) -> String {
    let at = request["at"].as_i64().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let at = at.map_or_else(String::new, |at| at.strftime("%H:%M:%S%.3f").to_string());
    // A value of JSON is never padded, a number is.
    let number = |name: &str| request[name].as_u64().unwrap_or(0);
    let (status, took) = (number("status"), number("duration_ms"));
    let text = |name: &str| request[name].as_str().unwrap_or("-").to_owned();
    format!("{at}  {status}  {took:>5} ms  {:<6} {}  {}", text("method"), text("route"), text("request_id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_or_a_hundred_of_them() {
        for (text, expected) in [
            ("404", Some(Status::One(404))),
            ("4xx", Some(Status::Hundred(4))),
            ("5xx", Some(Status::Hundred(5))),
            ("four", None),
            ("99", None),
            ("xx", None),
        ] {
            assert_eq!(status(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_what_was_asked_for() {
        let tail = |status: Option<Status>, route: &str| Tail {
            status,
            route: route.to_owned(),
            lines: 1,
            no_follow: true,
        };
        let request = json!({ "at": 0, "status": 404, "route": "/invoices/{id}", "method": "GET", "duration_ms": 3,
            "request_id": "R" });
        for (tail, shown) in [
            (tail(None, ""), true),
            (tail(Some(Status::Hundred(4)), "/invoices"), true),
            (tail(Some(Status::One(404)), ""), true),
            (tail(Some(Status::Hundred(5)), ""), false),
            (tail(None, "/rates"), false),
        ] {
            assert_eq!(tail.shows(&request), shown, "{tail:?}");
        }
        assert_eq!(line(&request), "00:00:00.000  404      3 ms  GET    /invoices/{id}  R");
    }
}

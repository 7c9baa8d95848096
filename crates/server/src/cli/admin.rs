//! Administration commands: through the socket of the running server; where none runs, with the
//! same lock, in this process.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::{fail, server};
use crate::clock::Clock;
use crate::config::{Place, Settings};
use crate::http::admin::{Command, execute};
use crate::worker;

/// How long a running server may take for a command.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a command and prints its answer. `status` and `verify` exit with 1 if all is not well.
pub async fn run(place: &Place, command: Command, json: bool) -> ExitCode {
    match answer(place, command).await {
        Ok(answer) => {
            if json {
                println!("{answer}");
            } else {
                print_plain(&answer, 0);
            }
            let well = ["running", "healthy", "sound"]
                .iter()
                .all(|key| answer.get(key) != Some(&Value::Bool(false)));
            if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(problem) => fail(&problem, json),
    }
}

async fn answer(place: &Place, command: Command) -> Result<Value, String> {
    let data = place.data_dir().map_err(|e| e.to_string())?;
    if let Some(answer) = through_socket(&server::socket_path(&data), &command).await? {
        return Ok(answer);
    }
    in_process(place, &data, command).await
}

/// Asks the running server; none if there is none.
async fn through_socket(socket: &Path, command: &Command) -> Result<Option<Value>, String> {
    if tokio::net::UnixStream::connect(socket).await.is_err() {
        return Ok(None);
    }
    let client = reqwest::Client::builder()
        .unix_socket(socket)
        .timeout(PATIENCE)
        .build()
        .map_err(|e| e.to_string())?;
    let body = serde_json::to_vec(command).map_err(|e| e.to_string())?;
    let response = client.post("http://specie/command").body(body).send().await;
    let response = response.map_err(|e| format!("the server did not answer: {e}"))?;
    let ok = response.status().is_success();
    let bytes = response.bytes().await.map_err(|e| e.to_string())?;
    let answer: Value =
        serde_json::from_slice(&bytes).map_err(|e| format!("the server's answer is no JSON: {e}"))?;
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(error.to_owned()),
        None if ok => Ok(Some(answer)),
        None => Err("the server refused".to_owned()),
    }
}

async fn in_process(place: &Place, data: &Path, command: Command) -> Result<Value, String> {
    // Only the first user makes a new house; a mistyped folder must not look like an empty one.
    if !data.exists() && !matches!(command, Command::CreateUser { .. }) {
        return Err(format!("there is no data folder {}", data.display()));
    }
    let settings = Settings::from_environment()
        .map_err(|e| e.to_string())?
        .or(place.file().map_err(|e| e.to_string())?);
    let house = server::open(data, &settings, Clock::system(), false).await.map_err(|e| e.to_string())?;
    let (practice, status) = (command.is_practice(), matches!(command, Command::Status));
    let mut followed = Vec::new();
    if practice {
        for (network, source) in house.hints.sources() {
            let following = worker::take_over(&house.app, network, source).await;
            followed.extend(following.map_err(|e| e.to_string())?.map(|following| (following, source)));
        }
    }
    let mut answer = Value::Null;
    // Nobody follows the chain meanwhile: what a command builds on has to be seen first.
    for step in command.in_steps() {
        answer = execute(&house.app, step).await.map_err(|e| e.message().to_owned())?;
        for (following, source) in &followed {
            worker::catch_up(&house.app, following, source).await.map_err(|e| e.to_string())?;
        }
    }
    if status {
        // What is in the database says nothing of a server that is not there.
        answer["running"] = Value::Bool(false);
        answer["healthy"] = Value::Bool(false);
    }
    Ok(answer)
}

/// An answer for people: a line for each fact.
fn print_plain(value: &Value, indent: usize) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        println!("{pad}{key}:");
                        print_plain(value, indent + 2);
                    }
                    Value::String(text) => println!("{pad}{key}: {text}"),
                    other => println!("{pad}{key}: {other}"),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(fields) => {
                        let line: Vec<String> = fields
                            .iter()
                            .map(|(k, v)| {
                                format!("{k}={}", v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                            })
                            .collect();
                        println!("{pad}- {}", line.join("  "));
                    }
                    other => {
                        println!("{pad}- {}", other.as_str().map_or_else(|| other.to_string(), str::to_owned))
                    }
                }
            }
        }
        other => println!("{pad}{other}"),
    }
}

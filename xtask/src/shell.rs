//! Running other programs: loudly, when a person wants to watch, or quietly, when only a failure is worth reading.

use std::process::{Command, Output, Stdio};

/// How much of a failed command's words is shown.
const LAST_LINES: usize = 30;

/// Runs with our own streams; true if it succeeded.
pub fn watch(command: &mut Command) -> Result<bool, String> {
    command.status().map(|status| status.success()).map_err(|error| unstarted(command, &error))
}

/// Runs without input and returns what it wrote to stdout; its last words if it failed.
pub fn quietly(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| unstarted(command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(last_words(command, &output))
    }
}

/// Does it start, and succeed?
pub fn works(command: &mut Command) -> bool {
    quietly(command).is_ok()
}

fn unstarted(command: &Command, error: &std::io::Error) -> String {
    format!("{} did not start: {error}", shown(command))
}

fn last_words(command: &Command, output: &Output) -> String {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n  ");
    format!("{} ended with {}:\n  {last}", shown(command), output.status)
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}

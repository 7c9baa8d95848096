//! What the system says of a process and of the machine.

use std::fs;
use std::time::Duration;

/// What `/proc` counts CPU time in: a hundredth of a second, whatever the kernel's own clock.
const TICK: Duration = Duration::from_millis(10);

/// The CPU time that a process has used so far, all threads together.
///
/// # Panics
/// If there is no such process.
pub fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    // Behind the name, which may hold anything: `state` is field 3, user and system time are 14 and 15.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u32>().expect("a number of ticks");
    TICK * (ticks(11) + ticks(12))
}

/// The memory that a process holds, in bytes.
///
/// # Panics
/// If there is no such process.
pub fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the size of a process");
    let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse().expect("a number of KiB");
    kib * 1024
}

/// The machine in words: cores, processor, system.
pub fn described() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let os_release = read("/etc/os-release");
    let system = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or("");
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores ({model}), {}, Linux {}", system.trim_matches('"'), kernel.trim())
}

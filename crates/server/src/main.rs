//! The `specie` program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Before anything could use TLS: there is one provider, and this is it.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("specie: a TLS provider is installed already");
        return ExitCode::FAILURE;
    }
    specie::cli::run(specie::cli::Cli::read()).await
}

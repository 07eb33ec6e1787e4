//! The one program: `soundpost demo` without arguments, `soundpost serve` for real.

use std::process::ExitCode;

use clap::Parser;
use soundpost::commands::{Cli, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match actix_web::rt::System::new().block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("soundpost: {}", error.told());
            ExitCode::FAILURE
        }
    }
}

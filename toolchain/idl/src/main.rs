//! Prints the IDL (spec 0.1.0) of the program in a given folder as JSON to standard output.
//!
//! The builder compiles the program for the host with its `idl-build` feature and runs the tests that the framework's
//! macros generate. Cargo's messages go to standard error.

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{Context, Result};

fn main() -> Result<()> {
    let program = std::env::args()
        .nth(1)
        .context("usage: commonwire-idl PROGRAM_FOLDER")?;
    let idl = IdlBuilder::new()
        .program_path(program.into())
        .skip_lint(true)
        .cargo_args(vec!["--lib".into(), "--locked".into()])
        .build()?;
    println!("{}", serde_json::to_string_pretty(&idl)?);
    Ok(())
}

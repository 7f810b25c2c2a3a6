//! Compiles the protocol's `.proto` files into Rust, without `protoc`, and has the linker lay out what
//! ships so that its start takes little memory.

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    lay_out();
    compile_protocol()
}

/// Hands `start.ld` to the linker, unless flags choose one that may not read such files.
fn lay_out() {
    const LAYOUT: &str = "start.ld";
    println!("cargo:rerun-if-changed={LAYOUT}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let other =
        ["-fuse-ld=", "--ld-path=", "-B/usr/libexec/mold"].iter().any(|f| flags.contains(f));
    if is("CARGO_CFG_TARGET_OS", "linux") && is("PROFILE", "release") && !other {
        let folder = env::var("CARGO_MANIFEST_DIR").expect("Cargo sets it");
        println!("cargo:rustc-link-arg-bins=-T{folder}/{LAYOUT}");
    }
}

fn compile_protocol() -> Result<(), Box<dyn Error>> {
    const FOLDER: &str = "proto/tfplugin6";
    println!("cargo:rerun-if-changed={FOLDER}");
    // Clients are for the tests: the protocol is spoken from outside there. Its service takes its
    // RPCs by name (`protocol/server`).
    tonic_prost_build::configure()
        .build_client(true)
        .build_server(false)
        .compile_fds(protox::compile(["tfplugin6.proto"], [FOLDER])?)?;
    tonic_prost_build::configure().build_client(true).compile_fds(protox::compile(
        ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto", "health.proto"],
        [FOLDER],
    )?)?;
    Ok(())
}

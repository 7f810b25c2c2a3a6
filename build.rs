//! Compiles the protocol's `.proto` files into Rust, without `protoc`.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
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

//! The provider's process: reads the environment, wires the rooms, sets the exit code.

fn main() {}

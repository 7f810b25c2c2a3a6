//! The project's own commands, run through the aliases in `.cargo/config.toml`.

fn main() {}

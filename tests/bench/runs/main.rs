//! What whole runs cost: the real CLI, the provider's own program, a local service.
//!
//! Every figure is the median of several runs, which alternate with those that it is compared
//! with. The floor is `terraform_data`, which is built into the engine, with the same number of
//! resources.
#![allow(clippy::print_stdout)]

mod calls;
#[allow(dead_code)]
#[path = "../../acceptance/harness.rs"]
mod harness;
mod host;
mod options;
mod process;
mod runs;
mod start;
mod subject;
mod table;

use options::Options;

fn main() -> anyhow::Result<()> {
    let Some(options) = Options::read(std::env::args().skip(1))? else { return Ok(()) };
    if options.wants("start") {
        start::report(&options)?;
    }
    if options.wants("calls") {
        calls::report(&options)?;
    }
    let engines = harness::engines().iter().filter(|engine| engine.name.contains(&options.engine));
    for engine in engines {
        if options.wants("plan") {
            runs::plan(engine, &options);
        }
        if options.wants("apply") {
            runs::apply(engine, &options);
        }
        if options.wants("growth") {
            runs::growth(engine, &options);
        }
    }
    Ok(())
}

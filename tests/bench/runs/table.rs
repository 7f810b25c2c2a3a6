//! Figures, as tables.

use std::time::Duration;

/// The middle one; with an even number, the larger of the two.
pub fn median<T: PartialOrd + Copy>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    values[values.len() / 2]
}

/// Runs each subject once per round, so that what else the machine does meets them all alike.
/// Gives back what each subject gave.
pub fn alternate<T>(rounds: usize, subjects: &mut [&mut dyn FnMut() -> T]) -> Vec<Vec<T>> {
    let mut all: Vec<Vec<T>> = subjects.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (subject, results) in subjects.iter_mut().zip(&mut all) {
            results.push(subject());
        }
    }
    all
}

/// `1.62 s`, `4.87 ms` below a tenth of a second, `58 µs` below a tenth of a millisecond.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1e-4 {
        format!("{:.0} µs", seconds * 1e6)
    } else if seconds < 0.1 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// `0.47` of another time, rounded up.
pub fn ratio(time: Duration, of: Duration) -> String {
    format!("{:.2}", (time.as_secs_f64() / of.as_secs_f64() * 100.0).ceil() / 100.0)
}

/// Kibibytes as `8.4 MiB`, rounded up.
pub fn memory(kib: u64) -> String {
    format!("{:.1} MiB", (kib as f64 / 102.4).ceil() / 10.0)
}

/// Prints a table's head.
pub fn head(title: &str, columns: &[&str]) {
    println!("\n{title}\n");
    row(columns);
    row(&vec!["---"; columns.len()]);
}

/// Prints a row.
pub fn row(cells: &[impl AsRef<str>]) {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    println!("| {} |", cells.join(" | "));
}

use std::time::Instant;

/// Something to measure: what is done so many times.
pub struct Contender<'c>(Box<dyn FnMut(usize) + 'c>);

impl<'c> Contender<'c> {
    pub fn new(run: impl FnMut(usize) + 'c) -> Self {
        Self(Box::new(run))
    }
}

/// Runs all contenders in turns, so that a noisy moment hits all of them, and returns the median
/// time of one operation for each, in nanoseconds. The first round warms up and does not count.
pub fn interleaved<const N: usize>(
    mut contenders: [Contender<'_>; N],
    rounds: usize,
    operations: usize,
) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let started = Instant::now();
            (contender.0)(operations);
            if round > 0 {
                times.push(started.elapsed());
            }
        }
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2].as_nanos() as f64 / operations as f64
    })
}

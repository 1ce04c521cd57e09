//! Sessions of browsers: what a request says about one, and what is kept of it. Nothing here does
//! I/O.

#![cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the settings, the gate and the endpoints use it next"
    )
)]

pub(crate) mod return_to;
#[cfg(test)]
mod tests;

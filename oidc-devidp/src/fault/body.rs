//! The response bodies of faults.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::time::{self, Interval};

const CHUNK: usize = 16 * 1024;

/// One blank every 50 ms, until the connection closes.
pub(super) struct Drip(Interval);

impl Drip {
    pub(super) fn new() -> Self {
        Self(time::interval(Duration::from_millis(50)))
    }
}

impl HttpBody for Drip {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0
            .poll_tick(cx)
            .map(|_| Some(Ok(Frame::data(Bytes::from_static(b" ")))))
    }
}

/// A JSON string of a given length, made while it is sent.
pub(super) struct Huge {
    left: usize,
    started: bool,
}

impl Huge {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            left: bytes.max(2),
            started: false,
        }
    }
}

impl HttpBody for Huge {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let mut chunk = vec![b'a'; self.left.min(CHUNK)];
        self.left -= chunk.len();
        if !self.started {
            self.started = true;
            chunk[0] = b'"';
        }
        if self.left == 0
            && let Some(last) = chunk.last_mut()
        {
            *last = b'"';
        }
        Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
    }
}

/// A gzip stream (RFC 1952) of blanks that grows 158-fold.
///
/// One block of fixed Huffman codes (RFC 1951 §3.2.6): a blank, then "repeat the last byte
/// 258 times" again and again. It has no trailer, for it is not meant to be read to its end.
pub(super) fn gzip_bomb() -> Vec<u8> {
    const REPEATS: usize = 60_000;
    const LAST_BLOCK_FIXED_CODES: &[u8] = &[1, 1, 0];
    const BLANK: &[u8] = &[0, 1, 0, 1, 0, 0, 0, 0];
    const LENGTH_258_DISTANCE_1: &[u8] = &[1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0];

    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let repeats = std::iter::repeat_n(LENGTH_258_DISTANCE_1, REPEATS).flatten();
    let bits: Vec<u8> = LAST_BLOCK_FIXED_CODES
        .iter()
        .chain(BLANK)
        .chain(repeats)
        .copied()
        .collect();
    let pack = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | bit);
    bomb.extend(bits.chunks(8).map(pack));
    bomb
}

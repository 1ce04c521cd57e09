//! The body of a request that its guard has not admitted yet.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::sync::oneshot;

/// Takes the body from the request, because actix-web creates all extractors before the guard has
/// decided, and polls them while it waits. The sender returns the body; if it is dropped, reading
/// the body fails.
pub(super) fn withhold(payload: &mut Payload) -> oneshot::Sender<()> {
    let (sender, admitted) = oneshot::channel();
    let withheld = Withheld {
        admitted: Some(admitted),
        payload: payload.take(),
    };
    *payload = Payload::Stream {
        payload: Box::pin(withheld),
    };
    sender
}

struct Withheld {
    /// `None` once the request is admitted.
    admitted: Option<oneshot::Receiver<()>>,
    payload: Payload,
}

impl Stream for Withheld {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(admitted) = &mut self.admitted {
            let is_admitted = ready!(Pin::new(admitted).poll(context)).is_ok();
            self.admitted = None;
            if !is_admitted {
                self.payload = Payload::None;
                return Poll::Ready(Some(Err(PayloadError::Incomplete(None))));
            }
        }
        Pin::new(&mut self.payload).poll_next(context)
    }
}

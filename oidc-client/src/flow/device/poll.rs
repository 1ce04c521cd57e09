//! Asking for the tokens of a device (RFC 8628 §3.4).

use std::time::{Duration, SystemTime};

use oidc_runtime::for_client::Secret;

use crate::error::Error;
use crate::flow::Session;
use crate::http::token;
use crate::token::Token;

/// RFC 8628 §3.5.
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// How long to wait at most after failures.
const MAX_PAUSE: Duration = Duration::from_secs(60);

pub(super) struct Poll<'s> {
    pub(super) session: Session<'s>,
    pub(super) device_code: Secret,
    pub(super) deadline: SystemTime,
}

impl Poll<'_> {
    /// Asks until the person has decided, or the code has expired. An application that does not respond
    /// is asked less and less often.
    pub(super) async fn until_done(&self, mut interval: Duration) -> Result<Token, Error> {
        let mut pause = interval;
        let mut has_asked = false;
        loop {
            let left = self.deadline.duration_since(self.session.clock.now());
            let left = left.unwrap_or_default();
            if left.is_zero() || (has_asked && pause > left) {
                return Err(Error::TimedOut);
            }
            // Whoever has less patience than the interval asks once, at the end.
            self.session.clock.sleep(pause.min(left)).await;
            has_asked = true;
            match self.once().await {
                Err(Error::Unavailable(problem)) => {
                    tracing::debug!(problem, "asking for the tokens of a device failed");
                    pause = (pause * 2).min(MAX_PAUSE).max(interval);
                }
                Err(Error::Refused(refusal)) => {
                    match refusal.code() {
                        Some("authorization_pending") => {}
                        Some("slow_down") => interval += SLOW_DOWN,
                        Some("access_denied") => return Err(Error::AccessDenied),
                        Some("expired_token") => return Err(Error::TimedOut),
                        _ => return Err(Error::Refused(refusal)),
                    }
                    pause = interval;
                }
                result => return result,
            }
        }
    }

    async fn once(&self) -> Result<Token, Error> {
        let form = [("device-code", self.device_code.expose())];
        let url = self.session.server.token_url().clone();
        let answer = self.session.http.post(url, &form).await?;
        token(&answer, self.session.clock.now())
    }
}

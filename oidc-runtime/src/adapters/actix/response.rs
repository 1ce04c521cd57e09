//! Responses of the library as actix-web's.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::answer::{Rejection, Response};
#[cfg(feature = "sessions")]
use crate::client::session::SessionError;

pub(super) fn respond(response: Response) -> HttpResponse {
    let mut builder = HttpResponse::build(status(response.status));
    for (name, value) in response.headers {
        if name == "connection" {
            // The only value. actix-web writes the field itself.
            builder.force_close();
        } else {
            builder.append_header((&*name, &*value));
        }
    }
    builder.body(response.body)
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        status(self.status())
    }

    fn error_response(&self) -> HttpResponse {
        respond(self.response())
    }
}

#[cfg(feature = "sessions")]
impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        status(self.status())
    }

    fn error_response(&self) -> HttpResponse {
        respond(self.rejection().response())
    }
}

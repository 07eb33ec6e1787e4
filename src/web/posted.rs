//! The body of a form, with a limit on its size and on the time it may take to arrive.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::{ErrorPayloadTooLarge, ErrorRequestTimeout, ErrorUnsupportedMediaType};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;

use super::auth;
use super::form_state::Fields;
use crate::app::App;

/// Larger than any form of ours, filled to the brim with four-byte characters, percent-encoded.
const LARGEST: usize = 256 * 1024;
/// A form that has not arrived by then is given up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A form that was posted.
pub struct Posted {
    /// Its fields.
    pub fields: Fields,
    /// Its bytes.
    pub body: web::Bytes,
}

impl FromRequest for Posted {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = request.content_type() == "application/x-www-form-urlencoded";
        let mut payload = payload.take();
        let request = request.clone();
        Box::pin(async move {
            if !is_form {
                return Err(ErrorUnsupportedMediaType("not a form"));
            }
            let read = async {
                let mut body = web::BytesMut::new();
                while let Some(chunk) = payload.next().await {
                    let chunk = chunk?;
                    if body.len() + chunk.len() > LARGEST {
                        return Err(ErrorPayloadTooLarge("form too large"));
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(body.freeze())
            };
            let body = tokio::time::timeout(PATIENCE, read)
                .await
                .map_err(|_| ErrorRequestTimeout("form too slow"))??;
            let fields = Fields::parse(&body)?;
            if let Some(app) = request.app_data::<web::Data<App>>() {
                auth::require_form_token(app, &request, fields.value(auth::FORM_TOKEN))?;
            }
            Ok(Self { fields, body })
        })
    }
}

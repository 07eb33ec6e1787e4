//! Where a request comes first. A page that is kept under the very address that is asked for leaves from
//! here: past the same checks as every other, counted and headed like every other, and without the way
//! through routes to the handler that made it. Everything else goes on.

use std::future::{Ready, ready};
use std::time::Instant as Stopwatch;

use actix_http::Request;
use actix_service::{Service, Transform, forward_ready};
use actix_web::body::BoxBody;
use actix_web::dev::{Response, ServiceResponse};
use actix_web::web;
use futures_util::TryFutureExt;
use futures_util::future::{Either, MapOk};

use super::gate;
use crate::app::App;

/// Puts [`KeptFirst`] before a site.
pub struct AtHand(pub web::Data<App>);

/// A site that answers with what is at hand.
pub struct KeptFirst<S> {
    app: web::Data<App>,
    site: S,
}

impl<S> Transform<S, Request> for AtHand
where
    S: Service<Request, Response = ServiceResponse>,
{
    type Response = Response<BoxBody>;
    type Error = S::Error;
    type Transform = KeptFirst<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, site: S) -> Self::Future {
        ready(Ok(KeptFirst { app: self.0.clone(), site }))
    }
}

impl<S> Service<Request> for KeptFirst<S>
where
    S: Service<Request, Response = ServiceResponse>,
{
    type Response = Response<BoxBody>;
    type Error = S::Error;
    type Future = Either<
        Ready<Result<Self::Response, Self::Error>>,
        MapOk<S::Future, fn(ServiceResponse) -> Self::Response>,
    >;

    forward_ready!(site);

    fn call(&self, request: Request) -> Self::Future {
        match answer(&self.app, &request) {
            Some(answer) => Either::Left(ready(Ok(answer))),
            None => Either::Right(self.site.call(request).map_ok(Response::from)),
        }
    }
}

/// The answer with a kept page. Whoever must not have one now goes on, and reads why.
fn answer(app: &App, request: &Request) -> Option<Response<BoxBody>> {
    let started = Stopwatch::now();
    let kept = app.pages.at_hand(&app.db, request)?;
    if !matches!(gate::check(app, request.head()), Ok(None)) {
        return None;
    }
    app.pages.hits().inc();
    let reference = gate::draw_reference();
    let mut answer = kept.answer(request);
    gate::finish(app, answer.headers_mut(), &reference);
    let status = answer.status();
    gate::note(app, &reference, (request.method(), kept.route, status), started.elapsed());
    Some(answer.into())
}

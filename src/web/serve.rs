//! The server: listens, runs the workers beside it, and ends in order.

use std::net::TcpListener;
use std::time::Duration;

use actix_service::apply;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App as Actix, HttpServer, web};
use anyhow::Context;

use super::at_hand::AtHand;
use super::metrics::{self, Listening};
use super::{gate, routes};
use crate::app::App;
use crate::artists::darkroom;
use crate::booking_requests::timer;
use crate::db::{Db, versions};
use crate::error::Result;
use crate::mail::transport::Transport;
use crate::mail::worker::{self, Bell};

/// Headers that have not arrived by then are not waited for.
const HEADERS: Duration = Duration::from_secs(10);
/// Requests in flight get so long to finish, in seconds.
const FINISH: u64 = 5;

/// A server that is listening, with its workers.
pub struct Running {
    /// To be awaited.
    pub server: Server,
    /// Stops the server.
    pub handle: ServerHandle,
    /// Where metrics are read.
    pub metrics: Option<Listening>,
    workers: Vec<tokio::task::JoinHandle<()>>,
    bell: Bell,
    db: Db,
}

/// Listens and works. There is no transport where mail is somebody else's business (a second process,
/// a test that looks at the outbox).
pub fn start(app: App, listener: TcpListener, transports: Vec<Transport>) -> Result<Running> {
    let (db, bell, site) = (app.db.clone(), app.bell.clone(), app.site.clone());
    let photos = app.darkroom.files().cloned();
    let threads = app.config.workers;
    let app = web::Data::new(app);
    let metrics = metrics::listen(&app)?;
    let shared = app.clone();
    let server = HttpServer::new(move || {
        let site = Actix::new()
            .app_data(shared.clone())
            .wrap(from_fn(gate::pass))
            .configure(routes::routes);
        apply(AtHand(shared.clone()), site)
    })
    .workers(threads)
    .client_request_timeout(HEADERS)
    .shutdown_timeout(FINISH)
    .disable_signals()
    .listen(listener)
    .context("cannot listen")?
    .run();
    let mut workers = Vec::new();
    if !transports.is_empty() {
        workers.push(tokio::spawn(worker::work(db.clone(), transports, bell.clone())));
        workers.push(tokio::spawn(timer::work(db.clone(), site, bell.clone())));
        if let Some(photos) = photos {
            workers.push(tokio::spawn(darkroom::work(db.clone(), photos, bell.clone())));
        }
    }
    workers.push(tokio::spawn(follow_versions(db.clone(), bell.clone())));
    let tidy = bell.clone();
    workers.push(tokio::spawn(async move {
        while !tidy.is_stopping() {
            tidy.sleep_through(Duration::from_secs(60)).await;
            app.limits.forget_idle();
        }
    }));
    Ok(Running { handle: server.handle(), server, metrics, workers, bell, db })
}

/// Reads again and again which public pages have changed, whoever changed them.
async fn follow_versions(db: Db, bell: Bell) {
    while !bell.is_stopping() {
        if let Err(error) = db.read_versions().await {
            tracing::warn!(error = format!("{error:#}"), "kept pages are not used for now");
        }
        tokio::time::sleep(versions::EVERY).await;
    }
}

impl Running {
    /// Serves until the machine asks the program to end: then the requests in flight are finished,
    /// the workers stop between two mails, and the database is closed.
    pub async fn until_asked_to_end(self) -> Result<()> {
        let Self { server, handle, metrics, workers, bell, db } = self;
        let serving = tokio::spawn(server);
        let metrics = metrics.map(|listening| {
            tokio::spawn(async move {
                if let Err(error) = listening.server.await {
                    tracing::error!(%error, "metrics are not read any more");
                }
            });
            listening.handle
        });
        asked_to_end().await?;
        tracing::info!("ending: finishing what is in flight");
        bell.stop();
        handle.stop(true).await;
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        let all_workers = futures_util::future::join_all(workers);
        if tokio::time::timeout(Duration::from_secs(2), all_workers).await.is_err() {
            tracing::warn!("a worker was still busy; what it claimed will be tried again");
        }
        serving.await.context("the server ended badly")?.context("the server ended badly")?;
        // What was acknowledged is on disk already; closing only tidies up.
        let closing = tokio::task::spawn_blocking(move || db.close());
        if tokio::time::timeout(Duration::from_secs(2), closing).await.is_err() {
            tracing::warn!("the database took too long to close");
        }
        Ok(())
    }
}

async fn asked_to_end() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

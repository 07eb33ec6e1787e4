//! `/metrics`: what the program counts while it works, as Prometheus and others read it (OpenMetrics
//! 1.0), on a listener of its own that only this machine reaches. No person is in it.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{App as Actix, HttpResponse, HttpServer, web};
use anyhow::Context;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::app::App;
use crate::db::Db;
use crate::error::Result;
use crate::mail::due_store;
use crate::web::page_cache::PageCache;

/// As OpenMetrics calls itself.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Which requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    /// The pattern of the route, never its address.
    route: &'static str,
    /// As [`known_method`] has it.
    method: &'static str,
    status: u16,
}

/// Makes the histogram of a route.
#[derive(Debug, Clone)]
struct OfSeconds;

impl MetricConstructor<Histogram> for OfSeconds {
    fn new_metric(&self) -> Histogram {
        // From 50 µs, four times as long each, to 13 s.
        Histogram::new(exponential_buckets(0.000_05, 4.0, 10))
    }
}

/// What is set when somebody looks.
#[derive(Debug, Clone, Default)]
struct Looked {
    mails_waiting: Gauge,
    oldest_mail_seconds: Gauge,
    connections_open: Gauge,
    connections_idle: Gauge,
    resident_memory_bytes: Gauge,
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    requests: Family<Route, Histogram, OfSeconds>,
    looked: Looked,
    registry: Registry,
    /// What the database has to be asked for.
    of_outbox: Registry,
}

impl Metrics {
    /// Counts what these two do, and the requests it is told of.
    pub fn new(db: &Db, pages: &PageCache) -> Self {
        let requests = Family::new_with_constructor(OfSeconds);
        let looked = Looked::default();
        let mut all = Registry::with_prefix("soundpost");
        all.register_with_unit(
            "request",
            "How long requests took, by route, method and status",
            Unit::Seconds,
            requests.clone(),
        );
        all.register("page_hits", "Public pages that were there already", pages.hits().clone());
        all.register("page_makes", "Public pages that were made anew", pages.makes().clone());
        let meters = db.meters();
        all.register("writes_waiting", "Write jobs not begun yet", meters.waiting.clone());
        all.register(
            "writes_given_up",
            "Write jobs that waited for too long, or found no place to wait",
            meters.given_up.clone(),
        );
        all.register("write_jobs", "Write jobs in one transaction", meters.jobs.clone());
        all.register_with_unit(
            "write_transaction",
            "How long transactions took, with their commit",
            Unit::Seconds,
            meters.transaction_seconds.clone(),
        );
        all.register_with_unit(
            "write_commit",
            "How long commits took",
            Unit::Seconds,
            meters.commit_seconds.clone(),
        );
        let mut of_outbox = Registry::with_prefix("soundpost_outbox");
        of_outbox.register("mails", "Mails that are due", looked.mails_waiting.clone());
        of_outbox.register_with_unit(
            "oldest",
            "For how long the oldest of them has been due",
            Unit::Seconds,
            looked.oldest_mail_seconds.clone(),
        );
        if db.connections().is_some() {
            let (open, idle) = (&looked.connections_open, &looked.connections_idle);
            all.register("database_connections", "Connections to PostgreSQL", open.clone());
            all.register("database_connections_idle", "Of these, lent to nobody", idle.clone());
        }
        all.register_with_unit(
            "resident_memory",
            "Memory of the process",
            Unit::Bytes,
            looked.resident_memory_bytes.clone(),
        );
        Self { requests, looked, registry: all, of_outbox }
    }

    /// Takes note of a request.
    pub fn note(
        &self,
        route: &'static str,
        method: &actix_web::http::Method,
        status: u16,
        took: Duration,
    ) {
        let of = Route { route, method: known_method(method), status };
        self.requests.get_or_create(&of).observe(took.as_secs_f64());
    }

    /// Everything, as it is read. While the database does not answer, what only it knows is left out.
    async fn text(&self, db: &Db) -> Result<String, std::fmt::Error> {
        if let Some(connections) = db.connections() {
            self.looked.connections_open.set(connections.open.into());
            self.looked.connections_idle.set(connections.idle.into());
        }
        self.looked.resident_memory_bytes.set(resident_bytes().unwrap_or_default());
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        match self.look(db).await {
            Ok(()) => encode_registry(&mut text, &self.of_outbox)?,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the outbox could not be looked at");
            }
        }
        encode_eof(&mut text)?;
        Ok(text)
    }

    async fn look(&self, db: &Db) -> Result<()> {
        let now = db.now();
        let due = db.read(move |reader| {
            Ok((due_store::count_due(reader, now)?, due_store::find_oldest_due(reader, now)?))
        });
        let (mails, oldest) = due.await?;
        let age = oldest.map_or(0, |oldest| (now.micros() - oldest.micros()) / 1_000_000);
        self.looked.mails_waiting.set(mails);
        self.looked.oldest_mail_seconds.set(age.max(0));
        Ok(())
    }
}

/// The methods that are counted apart: a visitor can make up others without end.
fn known_method(method: &actix_web::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// The memory of this process as the system counts it (proc(5), `VmRSS`).
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse::<i64>().ok().map(|kib| kib * 1_024)
}

/// The listener, when it runs.
pub struct Listening {
    /// To be awaited.
    pub server: Server,
    /// Stops it.
    pub handle: ServerHandle,
    /// Where.
    pub address: SocketAddr,
}

/// Listens where the configuration says, if it does.
pub fn listen(app: &web::Data<App>) -> Result<Option<Listening>> {
    let Some(address) = app.config.metrics_listen else { return Ok(None) };
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address} (metrics.listen)"))?;
    let address = listener.local_addr().context("the listener has no address")?;
    let shared = app.clone();
    let server = HttpServer::new(move || {
        Actix::new().app_data(shared.clone()).route("/metrics", web::get().to(show))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .context("cannot listen for metrics")?
    .run();
    Ok(Some(Listening { handle: server.handle(), server, address }))
}

/// GET `/metrics`, on its own listener.
async fn show(app: web::Data<App>) -> HttpResponse {
    match app.metrics.text(&app.db).await {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CONTENT_TYPE, OPEN_METRICS))
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

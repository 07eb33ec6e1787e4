//! The limit: an actix server that does nothing but send bytes which are there already.

use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;

/// Sends so many bytes to whoever asks, from one thread, until it is ended.
pub fn serve(port: u16, bytes: usize) -> Result<()> {
    let body = Bytes::from("x".repeat(bytes));
    let server = HttpServer::new(move || {
        let body = body.clone();
        App::new().default_service(web::to(move || {
            let body = body.clone();
            async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body) }
        }))
    });
    let server = server.workers(1).client_request_timeout(Duration::from_secs(10));
    actix_web::rt::System::new().block_on(server.bind(("127.0.0.1", port))?.run())?;
    Ok(())
}

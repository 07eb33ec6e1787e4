//! Imitations of what is Apple's and Spotify's own, on this machine.

use std::net::TcpListener;
use std::sync::Mutex;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use soundpost::config::providers::{AppleKey, Protocol, Provider, Secret};

/// What an imitation was sent, and what it says.
#[derive(Default)]
pub struct Said {
    /// The forms and the heads of authorization that it got, oldest first.
    pub heard: Vec<String>,
    /// The claims of the next id_token, or the next account.
    pub says: Value,
    /// Where it is.
    origin: String,
}

/// A running imitation.
pub struct Imitation {
    pub said: web::Data<Mutex<Said>>,
    /// Where it is.
    pub origin: String,
    handle: ServerHandle,
}

impl Imitation {
    fn start(routes: fn(&mut web::ServiceConfig)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let said = web::Data::new(Mutex::new(Said { origin: origin.clone(), ..Said::default() }));
        let shared = said.clone();
        let server = HttpServer::new(move || App::new().app_data(shared.clone()).configure(routes))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .unwrap()
            .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { said, origin, handle }
    }

    /// Something like Apple.
    pub fn of_apple() -> Self {
        Self::start(apple)
    }

    /// Something like Spotify.
    pub fn of_spotify() -> Self {
        Self::start(spotify)
    }

    /// A server that answers as no provider does.
    pub fn of_nobody() -> Self {
        Self::start(nobody)
    }

    /// Tells it what to say from now on.
    pub fn says(&self, what: Value) {
        self.said.lock().unwrap().says = what;
    }

    /// What it was sent.
    pub fn heard(&self) -> Vec<String> {
        self.said.lock().unwrap().heard.clone()
    }

    pub async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// As Apple is configured.
    pub fn as_apple(&self) -> Provider {
        let key =
            AppleKey { team_id: "TEAM123456".into(), key_id: "KEY1234567".into(), key: key() };
        Provider {
            id: "apple",
            name: "Apple".into(),
            privacy_url: "https://www.apple.com/legal/privacy/".into(),
            client_id: "example.book".into(),
            protocol: Protocol::Apple { issuer: self.origin.clone(), key },
            origins: vec![self.origin.clone()],
        }
    }

    /// As Spotify is configured.
    pub fn as_spotify(&self) -> Provider {
        Provider {
            id: "spotify",
            name: "Spotify".into(),
            privacy_url: "https://www.spotify.com/legal/privacy-policy/".into(),
            client_id: "soundpost".into(),
            protocol: Protocol::Spotify {
                accounts: self.origin.clone(),
                api: self.origin.clone(),
                secret: Secret::new("a-secret-of-both-sides"),
            },
            origins: vec![self.origin.clone()],
        }
    }

    /// As an OpenID provider is configured that lies at a path of it.
    pub fn as_openid_at(&self, path: &str) -> Provider {
        Provider {
            id: "openid",
            name: "Harbour ID".into(),
            privacy_url: "https://id.harbour.example/privacy".into(),
            client_id: "soundpost".into(),
            protocol: Protocol::OpenId {
                issuer: format!("{}{path}", self.origin),
                secret: Secret::new("a-secret-of-both-sides"),
            },
            origins: vec![self.origin.clone()],
        }
    }
}

/// One key for all: of the team, and of the imitation.
fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn part(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn description(origin: &str, issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{origin}/auth/authorize"),
        "token_endpoint": format!("{origin}/auth/token"),
        "jwks_uri": format!("{origin}/auth/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    })
}

fn apple(config: &mut web::ServiceConfig) {
    config
        .route("/.well-known/openid-configuration", web::get().to(apple_description))
        .route("/auth/keys", web::get().to(apple_keys))
        .route("/auth/token", web::post().to(apple_token));
}

async fn apple_description(said: web::Data<Mutex<Said>>) -> HttpResponse {
    let origin = said.lock().unwrap().origin.clone();
    HttpResponse::Ok().json(description(&origin, &origin))
}

async fn apple_keys() -> HttpResponse {
    let point = key().verifying_key().to_sec1_point(false);
    let bytes = point.as_bytes();
    HttpResponse::Ok().json(json!({ "keys": [{
        "kty": "EC", "kid": "apple-1", "use": "sig", "alg": "ES256", "crv": "P-256",
        "x": BASE64URL_NOPAD.encode(&bytes[1..33]),
        "y": BASE64URL_NOPAD.encode(&bytes[33..65]),
    }] }))
}

async fn apple_token(said: web::Data<Mutex<Said>>, form: String) -> HttpResponse {
    let mut said = said.lock().unwrap();
    said.heard.push(form);
    let head = json!({ "alg": "ES256", "kid": "apple-1" });
    let signed = format!("{}.{}", part(&head), part(&said.says));
    let signature: Signature = key().sign(signed.as_bytes());
    let signature = BASE64URL_NOPAD.encode(signature.to_bytes().as_slice());
    HttpResponse::Ok().json(json!({
        "access_token": "canary-apple-access", "refresh_token": "canary-apple-refresh",
        "token_type": "Bearer", "expires_in": 3600, "id_token": format!("{signed}.{signature}"),
    }))
}

fn spotify(config: &mut web::ServiceConfig) {
    config
        .route("/api/token", web::post().to(spotify_token))
        .route("/v1/me", web::get().to(spotify_me));
}

fn authorization(request: &HttpRequest) -> String {
    let head = request.headers().get("authorization");
    head.map_or("", |head| head.to_str().unwrap()).to_owned()
}

async fn spotify_token(
    said: web::Data<Mutex<Said>>,
    request: HttpRequest,
    form: String,
) -> HttpResponse {
    said.lock().unwrap().heard.push(format!("{} {form}", authorization(&request)));
    HttpResponse::Ok().json(json!({
        "access_token": "canary-spotify-access", "refresh_token": "canary-spotify-refresh",
        "token_type": "Bearer", "expires_in": 3600, "scope": "user-read-email",
    }))
}

async fn spotify_me(said: web::Data<Mutex<Said>>, request: HttpRequest) -> HttpResponse {
    let mut said = said.lock().unwrap();
    let head = authorization(&request);
    if head != "Bearer canary-spotify-access" {
        return HttpResponse::Unauthorized().finish();
    }
    said.heard.push(head);
    HttpResponse::Ok().json(&said.says)
}

fn nobody(config: &mut web::ServiceConfig) {
    config.route("/{what}/.well-known/openid-configuration", web::get().to(nobodys_description));
}

async fn nobodys_description(
    said: web::Data<Mutex<Said>>,
    what: web::Path<String>,
) -> HttpResponse {
    let origin = said.lock().unwrap().origin.clone();
    let issuer = format!("{origin}/{what}");
    let honest = description(&origin, &issuer);
    match what.as_str() {
        "large" => {
            let mut large = honest;
            large["padding"] = "x".repeat(300 * 1024).into();
            HttpResponse::Ok().json(large)
        }
        "moved" => HttpResponse::Found().insert_header(("location", "/honest")).finish(),
        "broken" => HttpResponse::InternalServerError().finish(),
        "another" => HttpResponse::Ok().json(description(&origin, "https://id.evil.example")),
        "elsewhere" => {
            let mut elsewhere = honest;
            elsewhere["jwks_uri"] = "http://127.0.0.2:1/keys".into();
            HttpResponse::Ok().json(elsewhere)
        }
        _ => HttpResponse::Ok().body("<p>Hello"),
    }
}

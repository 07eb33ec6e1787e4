//! Providers of sign-in are configured as a whole or not at all.

use std::collections::BTreeSet;

use p256::ecdsa::SigningKey;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use soundpost::config::providers::Protocol;
use soundpost::config::{Config, Problems};
use soundpost::sealed::MasterKey;

fn with(site: &str, more: &str) -> Result<Config, Problems> {
    Config::from_toml(&format!(
        "site.url = '{site}'\noperator.name = 'x'\noperator.address = 'x'\n\
         operator.email = 'desk@book.example'\noperator.hosting_country = 'DE'\n\
         database.url = 'sqlite:x.db'\nmail.url = 'smtp://localhost'\nkeys.master = '{}'\n{more}",
        MasterKey::generate().reveal().as_str()
    ))
}

const HTTPS: &str = "https://book.example";

/// What is wrong: the keys, and all reasons in one text.
#[track_caller]
fn wrong(site: &str, more: &str) -> (BTreeSet<String>, String) {
    let problems = with(site, more).expect_err(more);
    let keys = problems.0.iter().map(|(key, _)| key.clone()).collect();
    (keys, problems.to_string())
}

fn keys(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|key| (*key).to_owned()).collect()
}

const GOOGLE: &str = "google.client_id = 'g'\ngoogle.client_secret = 'hunter2'\n";
const SPOTIFY: &str = "spotify.client_id = 's'\nspotify.client_secret = 'hunter2'\n";
const OPENID: &str = "openid.name = 'Harbour ID'\nopenid.client_id = 'soundpost'\n\
    openid.client_secret = 'hunter2'\nopenid.privacy_url = 'https://id.harbour.example/privacy'\n";

#[test]
fn without_keys_there_is_no_provider_and_half_of_them_is_an_error_that_names_the_rest() {
    assert!(with(HTTPS, "").unwrap().providers.is_empty());
    let half = "google.client_id = 'g'\napple.team_id = 't'\nspotify.client_secret = 'hunter2'\n\
        openid.hosts = ['https://keys.harbour.example']\n";
    let (missing, told) = wrong(HTTPS, half);
    let all = keys(&[
        "google.client_secret",
        "apple.client_id",
        "apple.key_id",
        "apple.private_key_file",
        "spotify.client_id",
        "openid.name",
        "openid.issuer",
        "openid.client_id",
        "openid.client_secret",
        "openid.privacy_url",
    ]);
    assert_eq!(missing, all);
    assert!(told.contains("give all of google.client_id, google.client_secret"), "{told}");
    assert!(!told.contains("hunter2"));
}

#[test]
fn all_of_them_can_be_there_and_no_secret_is_shown() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("AuthKey_KEY1234567.p8");
    let pem = SigningKey::from_slice(&[7; 32]).unwrap().to_pkcs8_pem(LineEnding::LF).unwrap();
    std::fs::write(&file, pem.as_bytes()).unwrap();
    let apple = format!(
        "apple.client_id = 'example.book'\napple.team_id = 'TEAM123456'\n\
         apple.key_id = 'KEY1234567'\napple.private_key_file = '{}'\n",
        file.display()
    );
    let openid = format!(
        "{OPENID}openid.issuer = 'https://id.harbour.example/realms/people'\n\
         openid.hosts = ['https://keys.harbour.example/', 'https://id.harbour.example:8443']\n"
    );
    let config = with(HTTPS, &format!("{GOOGLE}{apple}{SPOTIFY}{openid}")).unwrap();
    let ids: Vec<&str> = config.providers.iter().map(|provider| provider.id).collect();
    assert_eq!(ids, ["google", "apple", "spotify", "openid"]);
    let posts: Vec<bool> =
        config.providers.iter().map(|provider| provider.posts_its_answers()).collect();
    assert_eq!(posts, [false, true, false, false]);
    let own = &config.providers[3];
    assert_eq!(own.name, "Harbour ID");
    assert_eq!(own.issuer(), "https://id.harbour.example/realms/people");
    let origins = [
        "https://id.harbour.example",
        "https://keys.harbour.example",
        "https://id.harbour.example:8443",
    ];
    assert_eq!(own.origins, origins);
    let Protocol::OpenId { secret, .. } = &own.protocol else { panic!("{own:?}") };
    assert_eq!(secret.reveal(), "hunter2");
    let shown = format!("{:?}", config.providers);
    assert!(!shown.contains("hunter2") && shown.contains("AppleKey(KEY1234567)"), "{shown}");
    for provider in &config.providers {
        assert!(provider.origins.iter().all(|origin| origin.starts_with("https://")));
        assert!(provider.privacy_url.starts_with("https://"));
    }

    std::fs::write(&file, "-----BEGIN PRIVATE KEY-----\nbm90aGluZw==\n-----END PRIVATE KEY-----\n")
        .unwrap();
    let (at, told) = wrong(HTTPS, &apple);
    assert!(at == keys(&["apple.private_key_file"]) && told.contains("AuthKey_"), "{told}");
    let nowhere = apple.replace("AuthKey_", "NoKey_");
    let (at, told) = wrong(HTTPS, &nowhere);
    assert!(at == keys(&["apple.private_key_file"]) && told.contains("cannot be read"), "{told}");
    // Without https everything about it is said at once.
    let (at, told) = wrong("http://localhost:8080", &nowhere);
    assert_eq!(at, keys(&["apple.client_id", "apple.private_key_file"]));
    assert!(told.contains("Apple needs a site.url with https://"), "{told}");
}

#[test]
fn spotify_sends_nobody_back_to_localhost() {
    for site in [HTTPS, "http://127.0.0.1:8080", "http://[::1]:8080"] {
        assert!(with(site, SPOTIFY).is_ok(), "{site}");
    }
    for site in ["http://localhost:8080", "https://localhost:8443", "http://a.localhost:8080"] {
        let (at, told) = wrong(site, SPOTIFY);
        assert_eq!(at, keys(&["spotify.client_id"]), "{site}");
        assert!(told.contains("http://127.0.0.1"), "{told}");
    }
    assert!(with("http://localhost:8080", GOOGLE).is_ok());
}

#[test]
fn an_openid_provider_is_spoken_to_by_https_unless_it_is_on_this_machine() {
    let issued = |issuer: &str| format!("{OPENID}openid.issuer = '{issuer}'\n");
    for issuer in ["https://id.harbour.example", "http://localhost:9000", "http://127.0.0.1:9000/x"]
    {
        let config = with("http://localhost:8080", &issued(issuer)).unwrap();
        assert_eq!(config.providers[0].issuer(), issuer);
    }
    for issuer in [
        "http://id.harbour.example",
        "http://192.0.2.1",
        "id.harbour.example",
        "https://id.harbour.example/?realm=people",
        "https://id.harbour.example/#people",
        "https://jonas:hunter2@id.harbour.example/",
        "ftp://id.harbour.example",
    ] {
        let (at, told) = wrong(HTTPS, &issued(issuer));
        assert_eq!(at, keys(&["openid.issuer"]), "{issuer}");
        assert!(!told.contains("hunter2"), "{told}");
    }
    let good = issued("https://id.harbour.example");
    for (key, value) in [
        ("openid.hosts", "http://keys.harbour.example"),
        ("openid.hosts", "https://keys.harbour.example, keys"),
        ("openid.privacy_url", "http://id.harbour.example/privacy"),
        ("openid.privacy_url", "javascript:alert(1)"),
        ("openid.name", "A name that is so long that it stands on no button of this site"),
    ] {
        let others: Vec<&str> = good.lines().filter(|line| !line.starts_with(key)).collect();
        let (at, _) = wrong(HTTPS, &format!("{}\n{key} = '{value}'\n", others.join("\n")));
        assert_eq!(at, keys(&[key]), "{value}");
    }
}

//! A master key is exchanged for another as docs/operating.md says.

use std::fs;

use super::operator::deliver_request;
use super::tell;
use crate::support::Backend;
use crate::support::server::Installation;
use crate::support::visitor::between;

const OLD_ONLY: &str = "Secrets of the installation: 0 open with keys.master, 3 with keys.also, 0 \
    with neither.";
const NEW_ONLY: &str = "Secrets of the installation: 3 open with keys.master, 0 with keys.also, 0 \
    with neither.";
const LOST: &str = "Secrets of the installation: 0 open with keys.master, 0 with keys.also, 3 with \
    neither.";

async fn exchange_the_master_key(backend: Backend) {
    let installation = Installation::with_night_ferry(backend).await;
    let configure = |text: &str| fs::write(installation.path("soundpost.toml"), text).unwrap();
    let before = installation.configuration();
    let old_key = between(&before, "keys.master = '", "'");
    let new_key = installation.run(&["keys", "generate"]).printed();
    let after = before.replace(old_key, new_key.trim());
    let between_them = format!("{after}keys.also = ['{old_key}']\n");

    let server = installation.serve().await;
    let request = deliver_request(&installation, &server.visitor).await;
    assert_eq!(server.terminate().0, Some(0));

    configure(&between_them);
    let server = installation.serve().await;
    let checked = installation.run(&["keys", "check"]).printed();
    assert!(checked.contains("Data keys: 0 open with keys.master, "), "{checked}");
    assert!(checked.contains(OLD_ONLY), "{checked}");
    let rotated = installation.run(&["keys", "rotate"]).printed();
    for line in [
        "The installation's own secrets are wrapped again.",
        " keys wrapped again; 0 are left under other keys.",
        "You can take keys.also out of the configuration now.",
    ] {
        assert!(rotated.contains(line), "{rotated}");
    }
    assert!(server.visitor.get(&request.artist).await.text.contains("old warehouse"));
    let again = installation.run(&["keys", "rotate"]).printed();
    assert!(again.starts_with("0 keys wrapped again; 0 are left under other keys."), "{again}");
    let checked = installation.run(&["keys", "check"]).printed();
    assert!(checked.contains(NEW_ONLY), "{checked}");
    assert!(checked.contains("keys.also opens nothing that keys.master does not."), "{checked}");
    assert_eq!(server.terminate().0, Some(0));

    configure(&after);
    let server = installation.serve().await;
    for link in [&request.artist, &request.promoter, &request.receipt] {
        assert_eq!(server.visitor.get(link).await.status, 200, "{link}");
    }
    assert!(installation.run(&["keys", "check"]).printed().contains(NEW_ONLY));
    assert_eq!(server.terminate().0, Some(0));

    configure(&before);
    for command in [&["serve"][..], &["migrate"], &["keys", "rotate"]] {
        let complaint = installation.run(command).complaint();
        let says = "no master key in the configuration opens this database";
        assert!(complaint.contains(says), "{command:?}: {complaint}");
    }
    let lost = installation.run(&["keys", "check"]);
    assert_eq!(lost.code, Some(1), "{lost:?}");
    for line in [
        "Data keys: 0 open with keys.master, 0 with keys.also, ",
        "No key of the configuration opens data key ",
        LOST,
        "No key of the configuration opens the installation's receipt_secret.",
    ] {
        assert!(lost.stdout.contains(line), "{lost:?}");
    }
}

#[test]
fn a_master_key_is_exchanged_while_the_site_runs_on_sqlite() {
    tell(exchange_the_master_key(Backend::Sqlite));
}

#[test]
fn a_master_key_is_exchanged_while_the_site_runs_on_postgres() {
    tell(exchange_the_master_key(Backend::Postgres));
}

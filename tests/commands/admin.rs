//! The first admin is made by a command, for nobody is there who could give the role.

use super::tell;
use crate::support::Backend;
use crate::support::server::Installation;
use crate::support::visitor::between;

const ADA: [&str; 7] = ["admin", "create", "ada@site.example", "--name", "Ada", "--country", "EE"];

async fn the_first_admin(backend: Backend) {
    let installation = Installation::configured(backend);
    installation.run(&["migrate"]).printed();
    let server = installation.serve().await;
    let visitor = &server.visitor;
    let unasked = installation.run(&ADA).complaint();
    assert!(unasked.contains("18 or older") && unasked.contains("--accept-policy"), "{unasked}");
    let wrong = ["admin", "create", "ada", "--name", "Ada", "--country", "EE", "--accept-policy"];
    assert!(installation.run(&wrong).complaint().contains("is not an e-mail address"));

    let asked = [&ADA[..], &["--accept-policy"]].concat();
    let made = installation.run(&asked).printed();
    assert!(made.contains("The account is made."), "{made}");
    let link = format!("/sign-in/{}", between(&made, "/sign-in/", "\n").trim());
    let signed_in = visitor.post(&link, "").await;
    assert_eq!(signed_in.location(), "/staff");
    let cookie = signed_in.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    // Until there is a second factor the pages for deciding stay closed.
    let staff = visitor.get_with("/staff", ("cookie", cookie)).await;
    assert_eq!(staff.location(), "/account/second-factor");
    assert_eq!(visitor.post(&link, "").await.status, 404, "once");
    let told = installation.mail("ada@site.example", "Soundpost: You have an account now").await;
    assert!(told.text.contains("Your account was made"), "{}", told.text);

    let again = installation.run(&asked).printed();
    assert!(again.contains("There was an account"), "{again}");
}

#[test]
fn the_first_admin_is_made_by_a_command_sqlite() {
    tell(the_first_admin(Backend::Sqlite));
}

#[test]
fn the_first_admin_is_made_by_a_command_postgres() {
    tell(the_first_admin(Backend::Postgres));
}

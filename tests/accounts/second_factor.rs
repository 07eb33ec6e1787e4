//! A second factor: set up, asked for, replaced by a code on paper, taken away; and roles.

use jiff::SignedDuration;
use soundpost::accounts::{Role, account_store, role};
use soundpost::error::Error;
use soundpost::mail::Kind;
use soundpost::people::EmailAddress;
use soundpost::people::store::find_contact;

use crate::support::Site;
use crate::support::member::{Member, cookie_set};
use crate::support::visitor::between;

const JONAS: &str = "jonas@speicher7.example";
const PAGE: &str = "/account/second-factor";

/// A device with an app for one-time codes.
pub struct Device(totp_rs::Totp);

impl Device {
    /// Reads the letters on the page that sets it up.
    fn set_up(page: &str) -> Self {
        let letters = between(page, "As letters: <code>", "</code>").replace(' ', "");
        let seed = data_encoding::BASE32_NOPAD.decode(letters.as_bytes()).unwrap();
        Self(totp_rs::Builder::new().with_secret(seed).with_account_name("x").build().unwrap())
    }

    /// What it shows now.
    pub fn code(&self, site: &Site) -> String {
        self.0.generate(u64::try_from(site.clock.now().seconds()).unwrap()).to_string()
    }
}

/// Gives a member a second factor: the member after that, the device, and the recovery codes, unless the
/// account has some already.
pub async fn with_factor(site: &Site, member: &Member) -> (Member, Device, Vec<String>) {
    assert_eq!(member.post(PAGE, &[]).await.location(), PAGE);
    let page = member.get(PAGE).await.text;
    assert!(page.contains("<svg class=\"square\""));
    let device = Device::set_up(&page);
    let code = device.code(site);
    let confirmed = member.post(&format!("{PAGE}/confirm"), &[("code", &code)]).await;
    assert!([200, 303].contains(&confirmed.status), "{}", confirmed.text);
    let codes = confirmed.text.split("<li><code>").skip(1);
    let codes: Vec<String> = codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    let cookie = cookie_set(&confirmed, "session").unwrap();
    (Member::known_at(site, cookie, "/account").await, device, codes)
}

pub fn half_a_minute(site: &Site) {
    site.clock.advance(SignedDuration::from_secs(30));
}

/// Gives the account of an address a role.
pub async fn give(site: &Site, email: &str, wanted: Role) -> Result<(), Error> {
    let (mail_site, address) = (site.site.clone(), EmailAddress::parse(email).unwrap());
    site.db.write(move |tx| role::give(tx, &mail_site, &address, wanted)).await
}

/// The same without asking whether it has a second factor: the demo's moderator begins so.
pub async fn give_bare(site: &Site, email: &str, wanted: Role) {
    let address = EmailAddress::parse(email).unwrap();
    site.db
        .write(move |tx| {
            let person = find_contact(tx, &address)?.unwrap();
            let account = account_store::find_of_contact(tx, person.id)?.unwrap();
            account_store::set_role(tx, account, wanted)
        })
        .await
        .unwrap();
}

on_both! {
    async fn signing_in_asks_for_the_code_of_the_device_each_once(site: Site) {
        let first = Member::join(&site, JONAS, "Jonas").await;
        let elsewhere = Member::sign_in(&site, JONAS).await;
        assert_eq!(first.post(PAGE, &[]).await.status, 303);
        let wrong = first.post(&format!("{PAGE}/confirm"), &[("code", "000000")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("This code is wrong"));
        let (now, device, codes) = with_factor(&site, &first).await;
        assert_eq!(codes.len(), 10);
        // Where it was not shown one is signed out, and the old token is worth nothing.
        for gone in [&first, &elsewhere] {
            assert_eq!(gone.get("/account").await.status, 303);
        }
        assert!(now.get("/account").await.text.contains("and a code of your device"));

        let half = Member::half_way(&site, JONAS).await;
        assert_eq!(half.get("/account").await.location(), "/sign-in/code?next=%2Faccount");
        // The code of the set-up was used; the next one is good, once.
        let used = device.code(&site);
        assert_eq!(half.shows(&used).await.err().unwrap().status, 422);
        half_a_minute(&site);
        let code = device.code(&site);
        let another = Member::half_way(&site, JONAS).await;
        let signed_in = half.shows(&code).await.ok().unwrap();
        assert_ne!(signed_in.cookie(), half.cookie());
        assert_eq!(half.get("/account").await.status, 303);
        assert_eq!(another.shows(&code).await.err().unwrap().status, 422);
        assert_eq!(signed_in.get("/account/data").await.status, 200);
    }

    async fn a_code_on_paper_stands_in_once_and_its_owner_is_told(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, _, codes) = with_factor(&site, &member).await;
        let half = Member::half_way(&site, JONAS).await;
        assert!(half.shows(&codes[3].to_uppercase()).await.is_ok());
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.text.contains("recovery code") && told.text.contains("9 of these"), "{}", told.text);
        let again = Member::half_way(&site, JONAS).await;
        assert_eq!(again.shows(&codes[3]).await.err().unwrap().status, 422);
        assert!(again.shows(&codes[4]).await.is_ok());
    }

    async fn who_guesses_has_to_wait(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, device, codes) = with_factor(&site, &member).await;
        let half = Member::half_way(&site, JONAS).await;
        for _ in 0..5 {
            let wrong = half.shows("000000").await.err().unwrap();
            assert!(wrong.text.contains("This code is wrong"), "{}", wrong.text);
        }
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.text.contains("five wrong codes"), "{}", told.text);
        half_a_minute(&site);
        for code in [device.code(&site), codes[0].clone()] {
            let locked = half.shows(&code).await.err().unwrap();
            assert!(locked.status == 422 && locked.text.contains("Too many wrong codes"));
        }
        site.clock.advance(SignedDuration::from_mins(16));
        let again = Member::half_way(&site, JONAS).await;
        assert!(again.shows(&device.code(&site)).await.is_ok());
    }

    async fn of_two_who_bring_one_code_at_once_one_is_let_in(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, device, _) = with_factor(&site, &member).await;
        half_a_minute(&site);
        let (one, two) = (Member::half_way(&site, JONAS).await, Member::half_way(&site, JONAS).await);
        let code = device.code(&site);
        let (first, second) = tokio::join!(one.shows(&code), two.shows(&code));
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
    }

    async fn it_is_taken_away_by_who_shows_it_and_never_from_staff(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (member, device, _) = with_factor(&site, &member).await;
        half_a_minute(&site);
        let wrong = member.post(&format!("{PAGE}/remove"), &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        let code = device.code(&site);
        let removed = member.post(&format!("{PAGE}/remove"), &[("code", &code)]).await;
        assert_eq!(removed.location(), "/account?done=factor-removed");
        let again = Member::sign_in(&site, JONAS).await;
        assert_eq!(again.get("/account").await.status, 200);

        let (_, device, _) = with_factor(&site, &again).await;
        give(&site, JONAS, Role::Moderator).await.unwrap();
        half_a_minute(&site);
        let staff = Member::half_way(&site, JONAS).await.shows(&device.code(&site)).await.ok().unwrap();
        half_a_minute(&site);
        let code = device.code(&site);
        assert_eq!(staff.post(&format!("{PAGE}/remove"), &[("code", &code)]).await.status, 409);
    }

    async fn a_factor_is_set_up_and_codes_renewed_by_who_has_just_signed_in(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        site.clock.advance(SignedDuration::from_mins(16));
        assert!(member.get(PAGE).await.text.contains("First sign in again"));
        assert_eq!(member.post(PAGE, &[]).await.location(), PAGE);
        assert!(!member.get(PAGE).await.text.contains("As letters"));
        let member = Member::sign_in(&site, JONAS).await;
        assert_eq!(member.post("/account/recovery-codes", &[]).await.status, 409);
        let (member, _, old) = with_factor(&site, &member).await;
        let page = member.post("/account/recovery-codes", &[]).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let new = between(&page.text, "<li><code>", "<").to_owned();
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.text.contains("New recovery codes"), "{}", told.text);
        let half = Member::half_way(&site, JONAS).await;
        assert!(half.shows(&old[0]).await.is_err());
        assert!(half.shows(&new).await.is_ok());
    }

    async fn who_has_yet_to_show_it_has_a_quarter_of_an_hour(site: Site) {
        let member = Member::join(&site, JONAS, "Jonas").await;
        let (_, device, _) = with_factor(&site, &member).await;
        let half = Member::half_way(&site, JONAS).await;
        site.clock.advance(SignedDuration::from_mins(16));
        let late = half.post("/sign-in/code", &[("code", &device.code(&site))]).await;
        assert!(cookie_set(&late, "session").is_none());
    }

    async fn staff_is_signed_out_after_an_hour_of_nothing(site: Site) {
        Member::join(&site, JONAS, "Jonas").await;
        give_bare(&site, JONAS, Role::Admin).await;
        let staff = Member::sign_in(&site, JONAS).await;
        site.clock.advance(SignedDuration::from_mins(50));
        assert_eq!(staff.get("/account").await.status, 200);
        site.clock.advance(SignedDuration::from_mins(50));
        assert_eq!(staff.get("/account").await.status, 200);
        site.clock.advance(SignedDuration::from_mins(66));
        assert_eq!(staff.get("/account").await.status, 303);
    }

    async fn one_admin_is_always_left(site: Site) {
        const ANNA: &str = "anna@elsewhere.example";
        Member::join(&site, JONAS, "Jonas").await;
        let member = Member::join(&site, ANNA, "Anna").await;
        // The first needs no factor, for nobody could have seen to it; the others do.
        give(&site, JONAS, Role::Admin).await.unwrap();
        assert!(matches!(give(&site, ANNA, Role::Admin).await, Err(Error::Conflict(_))));
        let (member, _, _) = with_factor(&site, &member).await;
        assert!(matches!(give(&site, JONAS, Role::Member).await, Err(Error::Conflict(_))));
        give(&site, ANNA, Role::Admin).await.unwrap();
        // A new role ends what was signed in under the old one.
        assert_eq!(member.get("/account").await.status, 303);
        let (one, two) =
            tokio::join!(give(&site, JONAS, Role::Member), give(&site, ANNA, Role::Moderator));
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        assert!(matches!(give(&site, "no@body.example", Role::Admin).await, Err(Error::NotFound)));
    }
}

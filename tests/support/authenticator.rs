//! A device that keeps a passkey (ES256, no attestation), with the browser around it; and what people
//! do with one.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use soundpost::ids::random_bytes;

use super::member::{Member, cookie_set};
use super::{Answer, Site};

/// The page about one's passkeys.
pub const PAGE: &str = "/account/passkeys";

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const NEW_CREDENTIAL: u8 = 0x40;

fn base64url(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

/// A device with one passkey. What a test may bend is public.
#[derive(Clone)]
pub struct Device {
    key: SigningKey,
    /// The id of the credential.
    pub id: Vec<u8>,
    /// Under which it keeps the account, base64url.
    pub handle: String,
    /// The page that the browser says it is on.
    pub origin: String,
    /// The site that the device is asked for.
    pub host: String,
    /// How often the passkey was used.
    pub counter: u32,
    /// Whether the owner unlocked it.
    pub unlocked: bool,
}

impl Device {
    pub fn new(site: &Site) -> Self {
        Self {
            key: SigningKey::from_slice(&random_bytes::<32>()).unwrap(),
            id: random_bytes::<32>().to_vec(),
            handle: String::new(),
            origin: site.base.clone(),
            host: "localhost".into(),
            counter: 0,
            unlocked: true,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&mut self, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let flags = flags | USER_PRESENT | if self.unlocked { USER_VERIFIED } else { 0 };
        let mut data = Sha256::digest(self.host.as_bytes()).to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    /// Makes the passkey, as `navigator.credentials.create` does.
    pub fn makes(&mut self, options: &Value) -> String {
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let mut data = self.authenticator_data(NEW_CREDENTIAL);
        // Which kind of device it is stays unsaid.
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&self.id);
        // A map of five: key type 2 (EC2), algorithm -7 (ES256), curve 1 (P-256), x, y (RFC 9053).
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(x);
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(y);
        // A map of three: "fmt" is "none", "attStmt" is empty, "authData" are the bytes above.
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend_from_slice(&data);
        let answer = json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&self.client_data("webauthn.create", options)),
                "attestationObject": base64url(&attestation),
                "transports": ["internal"],
            },
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
        });
        answer.to_string()
    }

    /// Shows the passkey, as `navigator.credentials.get` does.
    pub fn shows(&mut self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(0);
        let signed = [data.clone(), Sha256::digest(&client_data).to_vec()].concat();
        let signature: DerSignature = self.key.sign(&signed);
        let answer = json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": base64url(&client_data),
                "authenticatorData": base64url(&data),
                "signature": base64url(signature.as_bytes()),
                "userHandle": self.handle,
            },
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
        });
        answer.to_string()
    }
}

/// What a browser was given: a challenge, and the cookie by which it is known again.
pub struct Challenge {
    pub options: Value,
    pub cookie: String,
}

impl Challenge {
    pub fn of(begun: &Answer) -> Self {
        assert_eq!(begun.status, 200, "{}", begun.text);
        Self {
            options: serde_json::from_str(&begun.text).unwrap(),
            cookie: cookie_set(begun, "passkey").unwrap(),
        }
    }

    /// The one for who signs in.
    pub async fn to_sign_in(site: &Site) -> Self {
        Self::of(&site.post("/sign-in/passkey/begin", &[]).await)
    }

    /// The one for who adds a passkey.
    pub async fn to_add(member: &Member) -> Self {
        Self::of(&member.post(&format!("{PAGE}/begin"), &[]).await)
    }

    /// Brings an answer to it, to sign in.
    pub async fn signs_in(&self, site: &Site, answer: &str) -> Answer {
        let cookie = format!("passkey={}", self.cookie);
        let headers = [("sec-fetch-site", "same-origin"), ("cookie", cookie.as_str())];
        let fields = [("credential", answer), ("next", "/account")];
        site.post_with("/sign-in/passkey", &fields, &headers).await
    }

    /// Brings an answer to it, to add a passkey.
    pub async fn adds(&self, member: &Member, name: &str, answer: &str) -> Answer {
        let fields = [("credential", answer), ("name", name)];
        member.post_with_cookie(PAGE, &fields, ("passkey", self.cookie.as_str())).await
    }
}

/// Adds a passkey to a member's account: the member after that, the device, and the recovery codes,
/// if there were any to be shown.
pub async fn with_passkey(
    site: &Site,
    member: &Member,
    name: &str,
) -> (Member, Device, Vec<String>) {
    let (mut device, challenge) = (Device::new(site), Challenge::to_add(member).await);
    let added = challenge.adds(member, name, &device.makes(&challenge.options)).await;
    assert!([200, 303].contains(&added.status), "{}", added.text);
    let codes = added.text.split("<li><code>").skip(1);
    let codes: Vec<String> = codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.is_empty(), added.status == 303);
    let member = match cookie_set(&added, "session") {
        Some(cookie) => Member::known_at(site, cookie, "/account").await,
        None => member.clone(),
    };
    (member, device, codes)
}

/// Signs in with a passkey alone; the member that comes of it, or the answer that says why not.
pub async fn signs_in(site: &Site, device: &mut Device) -> Result<Member, Answer> {
    let challenge = Challenge::to_sign_in(site).await;
    let shown = challenge.signs_in(site, &device.shows(&challenge.options)).await;
    match cookie_set(&shown, "session") {
        Some(cookie) => Ok(Member::known_at(site, cookie, "/account").await),
        None => Err(shown),
    }
}

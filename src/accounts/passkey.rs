//! Passkeys (WebAuthn): what this site asks a browser and its device for, and what it makes of their
//! answer. Every answer that is not good is refused alike; only the log says why.

use serde_json::Value;
use url::Url;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Uuid, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::error::{Error, Result};

/// Whom the device of a member is asked to know.
#[derive(Debug)]
pub struct Owner<'a> {
    /// The random handle under which it keeps the account.
    pub handle: Uuid,
    /// The address, by which its owner tells one account from another.
    pub address: &'a str,
    /// The owner's name.
    pub name: &'a str,
}

/// What a browser brings when its device has answered.
#[derive(Debug, Clone)]
pub struct Brought {
    /// The secret of the challenge it was given.
    pub ceremony: String,
    /// What the device made of it: JSON, as the browser writes it.
    pub answer: String,
}

/// What a device answered that signs somebody in, before anything of it was checked.
#[derive(Debug)]
pub struct Shown(PublicKeyCredential);

impl Shown {
    /// Reads an answer; none when it is no such thing.
    pub fn read(answer: &str) -> Option<Self> {
        match serde_json::from_str(answer) {
            Ok(credential) => Some(Self(credential)),
            Err(_) => {
                tracing::info!("what should be a passkey cannot be read");
                None
            }
        }
    }

    /// The id of the credential that it claims to be.
    pub fn credential(&self) -> &[u8] {
        self.0.get_credential_id()
    }
}

/// What came of looking at an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is the device's.
    Good,
    /// It is the device's or a copy's: the counter stands where it stood before, or below.
    Copied,
    /// It is not good.
    Refused,
}

/// This site, as passkeys know it: by the name of its host, and by its exact address.
#[derive(Debug)]
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The site at an address. There is none where the host is a number: passkeys belong to names.
    pub fn at(url: &Url, name: &str) -> Result<Option<Self>> {
        let Some(host) = url.domain() else { return Ok(None) };
        let builder = WebauthnBuilder::new(host, url).map_err(Error::unexpected)?;
        let webauthn = builder.rp_name(name).build().map_err(Error::unexpected)?;
        Ok(Some(Self(webauthn)))
    }

    /// What a browser is asked for to make a passkey, as JSON; and what has to be known of it when the
    /// answer comes. A device that has one of `known` is not asked to make another.
    pub fn ask_to_make(
        &self,
        owner: &Owner<'_>,
        known: Vec<CredentialID>,
    ) -> Result<(Value, PasskeyRegistration)> {
        let (options, state) = self
            .0
            .start_passkey_registration(owner.handle, owner.address, owner.name, Some(known))
            .map_err(Error::unexpected)?;
        let mut options = serde_json::to_value(options).map_err(anyhow::Error::from)?;
        // The library leaves it to the device whether it finds the passkey by itself later on. Here it
        // has to: signing in begins without an address.
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        Ok((options["publicKey"].take(), state))
    }

    /// The passkey that was made; none when the answer is refused.
    pub fn made(&self, answer: &str, state: &PasskeyRegistration) -> Option<Passkey> {
        let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else {
            tracing::info!("what should be a new passkey cannot be read");
            return None;
        };
        // Browsers say it where they know it.
        if answer.extensions.cred_props.as_ref().is_some_and(|props| props.rk == Some(false)) {
            tracing::info!("a new passkey was refused: the device would not find it by itself");
            return None;
        }
        match self.0.finish_passkey_registration(&answer, state) {
            Ok(passkey) => Some(passkey),
            Err(error) => {
                tracing::info!(%error, "a new passkey was refused");
                None
            }
        }
    }

    /// What a browser is asked for to sign somebody in, whoever it is; and what has to be known of it
    /// when the answer comes.
    pub fn ask_to_show(&self) -> Result<(Value, DiscoverableAuthentication)> {
        let (options, state) =
            self.0.start_discoverable_authentication().map_err(Error::unexpected)?;
        // Without what the library adds for fields that fill themselves in: here a button is pressed.
        let mut options = serde_json::to_value(options).map_err(anyhow::Error::from)?;
        Ok((options["publicKey"].take(), state))
    }

    /// Checks an answer against the passkey it claims to be, which is brought up to date by it.
    pub fn check(
        &self,
        shown: &Shown,
        state: DiscoverableAuthentication,
        handle: Uuid,
        passkey: &mut Passkey,
    ) -> Checked {
        match self.0.identify_discoverable_authentication(&shown.0) {
            Ok((claimed, _)) if claimed == handle => {}
            _ => {
                tracing::info!("a passkey was refused: it is another account's");
                return Checked::Refused;
            }
        }
        match self.0.finish_discoverable_authentication_v2(&shown.0, state, &*passkey) {
            Ok(result) => {
                passkey.update_credential(&result);
                Checked::Good
            }
            Err(WebauthnError::CredentialPossibleCompromise) => Checked::Copied,
            Err(error) => {
                tracing::info!(%error, "a passkey was refused");
                Checked::Refused
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Option<RelyingParty> {
        RelyingParty::at(&Url::parse(url).unwrap(), "Testpost").unwrap()
    }

    #[test]
    fn passkeys_belong_to_the_name_of_the_host() {
        assert!(at("https://book.example/").is_some());
        assert!(at("http://localhost:8080/").is_some());
        assert!(at("http://127.0.0.1:8080/").is_none());
        assert!(at("http://[::1]:8080/").is_none());
    }

    #[test]
    fn a_device_is_asked_for_a_passkey_that_it_finds_by_itself_and_unlocks() {
        let party = at("https://book.example/").unwrap();
        let owner = Owner {
            handle: Uuid::from_bytes([7; 16]),
            address: "jonas@speicher7.example",
            name: "Jonas",
        };
        let (options, _) = party.ask_to_make(&owner, vec![vec![1, 2, 3]]).unwrap();
        assert_eq!(options["rp"]["id"], "book.example");
        assert_eq!(options["rp"]["name"], "Testpost");
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["excludeCredentials"][0]["id"], "AQID");
        assert_eq!(options["user"]["id"], "BwcHBwcHBwcHBwcHBwcHBw");
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["requireResidentKey"], true);
        assert_eq!(selection["userVerification"], "required");

        let (options, _) = party.ask_to_show().unwrap();
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["rpId"], "book.example");
        assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 0);
    }
}

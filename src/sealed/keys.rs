//! The master keys of the configuration and the data keys they wrap.

use anyhow::{Context, anyhow, bail};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::vault::{IndexSecrets, mac};
use super::{decrypt, encrypt};
use crate::ids::random_bytes;

/// 256 bits that open everything; never stored in the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Draws a new one (`soundpost keys generate`).
    pub fn generate() -> Self {
        Self(Zeroizing::new(random_bytes()))
    }

    /// Reads what [`MasterKey::reveal`] wrote.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let raw = data_encoding::BASE64
            .decode(text.trim().as_bytes())
            .map_err(|_| anyhow!("is not base64"))?;
        let raw: [u8; 32] =
            raw.try_into().map_err(|_| anyhow!("is not 32 bytes long in base64"))?;
        if raw.iter().all(|byte| *byte == raw[0]) {
            bail!("is not random");
        }
        Ok(Self(Zeroizing::new(raw)))
    }

    /// Reads further keys, separated by commas or spaces, none of which is `master`. What is wrong
    /// is said by the place of a key, never by its text.
    pub fn parse_others(text: &str, master: Option<&Self>) -> Result<Vec<Self>, String> {
        let is_between = |c: char| c == ',' || c.is_whitespace();
        let words = text.split(is_between).filter(|word| !word.is_empty());
        let numbered = words.enumerate().map(|(at, word)| (at + 1, word));
        let read = numbered.map(|(number, word)| {
            let key = Self::parse(word).map_err(|error| format!("key {number} {error}"))?;
            if master == Some(&key) {
                return Err(format!(
                    "key {number} is keys.master itself; here stand the other keys, which open \
                     what they wrapped and wrap nothing"
                ));
            }
            Ok(key)
        });
        read.collect()
    }

    /// Base64, for the configuration and nowhere else.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(data_encoding::BASE64.encode(self.0.as_slice()))
    }

    /// A key for one use (HMAC-SHA-256 of a label, as in the expand step of RFC 5869).
    fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(&self.0, &[label.as_bytes(), &[1]]))
    }
}

impl PartialEq for MasterKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A key that seals one person's or one thread's fields.
pub struct DataKey {
    id: i64,
    secret: Zeroizing<[u8; 32]>,
}

impl DataKey {
    /// Draws a new key with this id.
    pub fn draw(id: i64) -> Self {
        Self { id, secret: Zeroizing::new(random_bytes()) }
    }

    /// The key's row in `data_keys`.
    pub fn id(&self) -> i64 {
        self.id
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DataKey({})", self.id)
    }
}

/// Which master key opened something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    /// The one that wraps.
    Master,
    /// Another, which only opens.
    Another,
}

/// The master keys of the configuration. One wraps; each opens what it wrapped.
#[derive(Clone)]
pub struct Keyring {
    master: WrappingKey,
    also: Vec<WrappingKey>,
}

#[derive(Clone)]
struct WrappingKey {
    key: MasterKey,
    wrapping: Zeroizing<[u8; 32]>,
}

impl From<MasterKey> for WrappingKey {
    fn from(key: MasterKey) -> Self {
        Self { wrapping: key.derive("soundpost wrapping 1"), key }
    }
}

impl From<MasterKey> for Keyring {
    fn from(master: MasterKey) -> Self {
        Self::new(master, Vec::new())
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    /// `master` wraps and opens, the others open.
    pub fn new(master: MasterKey, also: Vec<MasterKey>) -> Self {
        Self { master: master.into(), also: also.into_iter().map(WrappingKey::from).collect() }
    }

    /// Encrypts a data key for `data_keys.wrapped`.
    pub fn wrap(&self, key: &DataKey) -> anyhow::Result<Vec<u8>> {
        encrypt(&self.master.wrapping, key.secret.as_slice(), &key_place(key.id))
    }

    /// Opens a wrapped data key, and says which master key did.
    pub fn unwrap(&self, id: i64, wrapped: &[u8]) -> anyhow::Result<(DataKey, Opener)> {
        let (plain, opener, _) =
            self.open(wrapped, &key_place(id)).with_context(|| format!("data key {id}"))?;
        let secret: [u8; 32] =
            plain.as_slice().try_into().map_err(|_| anyhow!("data key {id} has a wrong length"))?;
        Ok((DataKey { id, secret: Zeroizing::new(secret) }, opener))
    }

    /// Encrypts a secret of the installation (the key that signs receipts).
    pub fn wrap_secret(&self, name: &str, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        encrypt(&self.master.wrapping, secret, &secret_place(name))
    }

    /// Opens a secret of the installation, and says which master key did.
    pub fn unwrap_secret(
        &self,
        name: &str,
        wrapped: &[u8],
    ) -> anyhow::Result<(Zeroizing<Vec<u8>>, Opener)> {
        let (plain, opener, _) =
            self.open(wrapped, &secret_place(name)).with_context(|| name.to_owned())?;
        Ok((plain, opener))
    }

    /// What look-ups and proofs were keyed by before an installation kept secrets of its own for
    /// them: two keys derived from its master key, which is the one that wrapped this secret.
    pub fn derived_index_secrets(
        &self,
        name: &str,
        wrapped: &[u8],
    ) -> anyhow::Result<IndexSecrets> {
        let (_, _, master) = self.open(wrapped, &secret_place(name))?;
        Ok(IndexSecrets::new(
            master.derive("soundpost blind index 1"),
            master.derive("soundpost proofs 1"),
        ))
    }

    fn open(
        &self,
        wrapped: &[u8],
        place: &[u8],
    ) -> anyhow::Result<(Zeroizing<Vec<u8>>, Opener, &MasterKey)> {
        let by_another = self.also.iter().map(|key| (Opener::Another, key));
        std::iter::once((Opener::Master, &self.master))
            .chain(by_another)
            .find_map(|(opener, key)| {
                // An error says only that it was not this key.
                let plain = decrypt(&key.wrapping, wrapped, place).ok()?;
                Some((plain, opener, &key.key))
            })
            .context("no master key in the configuration opens it")
    }
}

fn key_place(id: i64) -> Vec<u8> {
    format!("data_keys|wrapped|{id}").into_bytes()
}

fn secret_place(name: &str) -> Vec<u8> {
    format!("installation|{name}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::{Vault, blind_index};

    #[test]
    fn one_key_wraps_and_the_others_open_what_they_wrapped() {
        let [old, new, stranger] = [(); 3].map(|()| MasterKey::generate());
        let before = Keyring::from(old.clone());
        let between = Keyring::new(new.clone(), vec![stranger.clone(), old.clone()]);
        let after = Keyring::from(new);
        let key = DataKey::draw(7);
        let wrapped = before.wrap(&key).unwrap();
        assert_eq!(before.unwrap(7, &wrapped).unwrap().1, Opener::Master);
        let (opened, opener) = between.unwrap(7, &wrapped).unwrap();
        assert_eq!((opened.secret(), opener), (key.secret(), Opener::Another));
        assert!(between.unwrap(8, &wrapped).is_err(), "it is at home in one row");
        let told = format!("{:#}", after.unwrap(7, &wrapped).unwrap_err());
        assert_eq!(told, "data key 7: no master key in the configuration opens it");

        let again = between.wrap(&opened).unwrap();
        let (opened, opener) = after.unwrap(7, &again).unwrap();
        assert_eq!((opened.secret(), opener), (key.secret(), Opener::Master));
        assert!(before.unwrap(7, &again).is_err());
        assert!(Keyring::from(stranger).unwrap(7, &again).is_err());
    }

    #[test]
    fn a_secret_of_the_installation_is_wrapped_under_its_name() {
        let [old, new] = [(); 2].map(|()| MasterKey::generate());
        let wrapped = Keyring::from(old.clone()).wrap_secret("receipt_secret", b"s3cret").unwrap();
        let between = Keyring::new(new.clone(), vec![old]);
        let (opened, opener) = between.unwrap_secret("receipt_secret", &wrapped).unwrap();
        assert_eq!((opened.as_slice(), opener), (&b"s3cret"[..], Opener::Another));
        assert!(between.unwrap_secret("index_secret", &wrapped).is_err());
        assert!(Keyring::from(new).unwrap_secret("receipt_secret", &wrapped).is_err());
        assert!(between.unwrap_secret("receipt_secret", b"short").is_err());
    }

    /// Computed by another program: what databases hold whose secrets were derived.
    #[test]
    fn look_ups_of_a_database_from_before_meet_what_stands_in_it() {
        let old = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let receipt = Keyring::from(old.clone()).wrap_secret("receipt_secret", b"x").unwrap();
        for keyring in [Keyring::from(old.clone()), Keyring::new(MasterKey::generate(), vec![old])]
        {
            let secrets = keyring.derived_index_secrets("receipt_secret", &receipt).unwrap();
            let vault = Vault::new(keyring, secrets);
            assert_eq!(
                data_encoding::HEXLOWER
                    .encode(&blind_index::of_address(&vault, "Jonas@speicher7.example")),
                "248c7ceb416b84b91cdac2d930bc36ddfd63e515e0cefdd3dd50a68976fd5de0"
            );
            let proof = "rc67lgiyr3upvq7xim7d6j7piy4vaw7fjvmtivdhm7xa3qtf4ktq";
            assert_eq!(vault.prove("claim", "42"), proof);
            assert!(vault.is_proof("claim", "42", proof) && !vault.is_proof("claim", "43", proof));
        }
    }

    #[test]
    fn other_keys_are_read_one_by_one_and_a_wrong_one_is_named_by_its_place() {
        let [master, one, two] = [(); 3].map(|()| MasterKey::generate());
        let [text, first, second] = [&master, &one, &two].map(MasterKey::reveal);
        let (text, first, second) = (text.as_str(), first.as_str(), second.as_str());
        let read = |text: &str| MasterKey::parse_others(text, Some(&master));
        assert_eq!(read(&format!("{first},{second}")).unwrap(), [one.clone(), two.clone()]);
        assert_eq!(read(&format!(" {second}, {first} ")).unwrap(), [two, one]);
        let told = read(&format!("{first},hunter2")).unwrap_err();
        assert_eq!(told, "key 2 is not base64");
        let told = read(&format!("{first} {text}")).unwrap_err();
        assert!(told.starts_with("key 2 is keys.master itself") && !told.contains(text), "{told}");
    }
}

//! Mail servers to send to: Debian's Postfix, to see what a real one makes of our mail, and a
//! scripted one that fails on demand.
//!
//! Both read from a pipe that this process holds open and stop when it closes, so that a test
//! run that is killed leaves no server behind.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Where Debian puts it.
const POSTFIX: &str = "/usr/sbin/postfix";
/// The system user `nobody`, who owns what Postfix delivers.
const NOBODY: u32 = 65_534;
/// How long a server may take to start, and a mail to be delivered.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Postfix with its own configuration, queue and log in a temporary directory. It takes
/// mail for `inbox.test` into one maildir (only the users `unknown…` do not exist there), and for
/// `relay.test` as `pipe` says. Nothing leaves the machine.
pub struct Postfix {
    directory: TempDir,
    /// Plain SMTP that offers STARTTLS.
    pub smtp: u16,
    /// SMTP over TLS.
    pub smtps: u16,
    process: Child,
}

impl Postfix {
    /// Starts one that refuses mail for `relay.test`.
    pub fn start() -> Self {
        Self::configured(None)
    }

    /// Starts one that hands mail for `relay.test` to a command, run by `nobody`. Postfix replaces
    /// `${sender}`, `${recipient}` and its other macros in it, and puts the envelope on top of the
    /// message that the command reads.
    pub fn start_with_pipe(command: &str) -> Self {
        Self::configured(Some(command))
    }

    fn configured(pipe: Option<&str>) -> Self {
        assert!(Path::new(POSTFIX).exists(), "these tests need Postfix: apt-get install postfix");
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for folder in [".", "queue", "data", "mail", "tls"] {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::set_permissions(root.join(folder), Permissions::from_mode(0o755)).unwrap();
        }
        chown(root.join("mail"), Some(NOBODY), Some(NOBODY)).unwrap();
        run(Command::new("chown").arg("postfix").arg(root.join("data")));
        make_certificates(&root.join("tls"));
        let [smtp, smtps] = free_ports();
        fs::write(root.join("main.cf"), main_cf(root, pipe.is_some())).unwrap();
        fs::write(root.join("master.cf"), master_cf(smtp, smtps, pipe)).unwrap();
        fs::write(root.join("mailboxes"), "if !/^unknown/\n/@inbox\\.test$/ inbox/\nendif\n")
            .unwrap();

        // Again and again, because one that is still starting cannot be stopped yet.
        let supervise = r#"
            "$0" -c "$1" start-fg &
            read -r _
            while kill -0 $!; do "$0" -c "$1" abort; sleep 0.1; done"#;
        let process = Command::new("sh")
            .args(["-c", supervise, POSTFIX])
            .arg(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(root.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let postfix = Self { directory, smtp, smtps, process };
        for port in [smtp, smtps] {
            let up = eventually(|| TcpStream::connect(("127.0.0.1", port)).ok());
            assert!(up.is_some(), "Postfix did not start:\n{}", postfix.log());
        }
        postfix
    }

    /// The authority that signed the certificate of this server, which is for `localhost` and
    /// 127.0.0.1.
    pub fn ca(&self) -> PathBuf {
        self.directory.path().join("tls/ca.pem")
    }

    /// Waits until there are `count` mails for `inbox.test` and returns them, as delivered.
    pub fn inbox(&self, count: usize) -> Vec<String> {
        let new = self.directory.path().join("mail/inbox/new");
        let all_there = || {
            let mails: Vec<_> = fs::read_dir(&new).ok()?.map(|mail| mail.unwrap().path()).collect();
            (mails.len() >= count).then_some(mails)
        };
        let Some(mails) = eventually(all_there) else {
            panic!("Postfix did not deliver {count} mails:\n{}", self.log())
        };
        mails.iter().map(|mail| String::from_utf8(fs::read(mail).unwrap()).unwrap()).collect()
    }

    /// Waits until Postfix has written `text` into its log.
    pub fn wait_for_log(&self, text: &str) {
        let written = eventually(|| self.log().contains(text).then_some(()));
        assert!(written.is_some(), "{text} is not in the log:\n{}", self.log());
    }

    /// What Postfix has to say.
    pub fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.directory.path().join(name)).unwrap_or_default();
        format!("{}{}", read("stderr"), read("postfix.log"))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn main_cf(root: &Path, with_pipe: bool) -> String {
    let root = root.display();
    let relay = if with_pipe { "relay.test" } else { "" };
    format!(
        "compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:5.4.4 nothing leaves this machine
virtual_mailbox_domains = inbox.test
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = regexp:{root}/mailboxes
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
relay_domains = {relay}
relay_recipient_maps =
transport_maps = inline:{{ {{ relay.test = command: }} }}
command_destination_recipient_limit = 1
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {root}/tls/certificate.pem
smtpd_tls_key_file = {root}/tls/key.pem
smtpd_tls_received_header = yes
"
    )
}

fn master_cf(smtp: u16, smtps: u16, pipe: Option<&str>) -> String {
    let mut services = format!(
        "postlog unix-dgram n - n - 1 postlogd
{smtp} inet n - n - - smtpd
{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
"
    );
    if let Some(command) = pipe {
        services.push_str("command unix - n n - - pipe\n  flags=DROhu user=nobody null_sender= ");
        services.push_str(&format!("argv={command}\n"));
    }
    services
}

/// An authority of our own and, signed by it, a certificate for this machine.
fn make_certificates(folder: &Path) {
    let script = "
        new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        openssl req -x509 $new -keyout ca.key -out ca.pem -days 2 -subj '/CN=Authority of a test'
        openssl req $new -keyout key.pem -out request.pem -subj /CN=localhost
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' > names
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile names -out certificate.pem";
    run(Command::new("sh").args(["-ec", script]).current_dir(folder));
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind(("127.0.0.1", 0)).unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        match look() {
            None if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            result => return result,
        }
    }
}

/// A running `scripted_smtp.py`.
pub struct ScriptedSmtp {
    directory: TempDir,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    process: Child,
}

/// A message that arrived as a whole at a scripted server.
#[derive(Debug)]
pub struct Arrived {
    /// The first connection is 1.
    pub connection: u64,
    /// Who signed in.
    pub user: Option<String>,
    /// The envelope's sender.
    pub from: String,
    /// The parameters of `MAIL FROM`.
    pub parameters: Vec<String>,
    /// The recipient.
    pub to: String,
    /// After removal of the transparency dots.
    pub message: Vec<u8>,
}

impl ScriptedSmtp {
    /// Starts one that follows `steps`, one for each mail, and then accepts everything.
    pub fn start(steps: &[&str]) -> Self {
        Self::configured(&[], steps)
    }

    /// The same, and takes several commands at once.
    pub fn start_pipelining(steps: &[&str]) -> Self {
        Self::configured(&["--pipelining"], steps)
    }

    /// One after the other: a server that takes one command at a time, and one that takes several.
    pub fn both(steps: &[&str]) -> [Self; 2] {
        [Self::start(steps), Self::start_pipelining(steps)]
    }

    /// Starts one that wants to know `user` and `password` by `PLAIN` or `LOGIN`.
    pub fn start_with_sign_in(user: &str, password: &str, mechanism: &str) -> Self {
        Self::configured(&["--sign-in", &format!("{user}:{password}:{mechanism}")], &[])
    }

    fn configured(options: &[&str], steps: &[&str]) -> Self {
        // Where bin/ci puts it.
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-python/bin/python");
        assert!(
            std::path::Path::new(python).exists(),
            "a Python with aiosmtpd is needed: python3 -m venv target/test-python && \
             target/test-python/bin/pip install aiosmtpd"
        );
        let directory = tempfile::tempdir().unwrap();
        let mut process = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/scripted_smtp.py"))
            .args(options)
            .arg(directory.path().join("arrived"))
            .args(steps)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().expect("the scripted mail server did not start");
        Self { directory, port, process }
    }

    /// Every message that arrived as a whole so far, whether or not it was accepted.
    pub fn arrived(&self) -> Vec<Arrived> {
        let record = fs::read_to_string(self.directory.path().join("arrived")).unwrap();
        record.lines().map(|line| arrived(&serde_json::from_str(line).unwrap())).collect()
    }
}

impl Drop for ScriptedSmtp {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn arrived(entry: &Value) -> Arrived {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Arrived {
        connection: entry["connection"].as_u64().unwrap(),
        user: entry["user"].as_str().map(str::to_owned),
        from: text(&entry["from"]),
        parameters: entry["parameters"].as_array().unwrap().iter().map(text).collect(),
        to: text(&entry["to"][0]),
        message: data_encoding::BASE64.decode(text(&entry["message"]).as_bytes()).unwrap(),
    }
}

/// A server that takes several commands at once and wants a message although it refuses everybody to
/// whom it could go, as RFC 2920 allows. Ends when the client does, and says what it was told.
pub fn wants_all_messages() -> (u16, std::thread::JoinHandle<Vec<String>>) {
    use std::io::Write;
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let told = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let commands = BufReader::new(stream.try_clone().unwrap());
        stream.write_all(b"220 mx.test\r\n").unwrap();
        let mut told = Vec::new();
        for command in commands.lines().map(Result::unwrap) {
            let answer = match command.split(' ').next().unwrap() {
                "EHLO" => "250-mx.test\r\n250 PIPELINING\r\n",
                "RCPT" => "550 5.1.1 nobody\r\n",
                "DATA" => "354 go ahead\r\n",
                "." => "554 5.5.1 no valid recipients\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).unwrap();
            told.push(command);
        }
        told
    });
    (port, told)
}

/// Plays the part of somebody on the way to a mail server who answers STARTTLS and at once adds a
/// word in the clear. Returns the port.
pub fn meddler() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        let mut commands = BufReader::new(stream.try_clone().unwrap());
        stream.write_all(b"220 mx.test\r\n").unwrap();
        commands.read_line(&mut String::new()).unwrap();
        stream.write_all(b"250-mx.test\r\n250 STARTTLS\r\n").unwrap();
        commands.read_line(&mut String::new()).unwrap();
        stream.write_all(b"220 go ahead\r\n250-mx.test\r\n250 AUTH PLAIN\r\n").unwrap();
        // Until the client has had enough.
        let _ = commands.read_to_end(&mut Vec::new());
    });
    port
}

//! Several commands in one packet (RFC 2920): sender, recipient and the wish to send the message go out
//! together where the server takes them so, and their answers are read one after the other.

use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::smtp::in_time;
use super::smtp_reply::{Failure, Stage, Trouble};

/// A conversation, and how it may be led.
pub(super) struct Connection {
    pub(super) smtp: AsyncSmtpConnection,
    pipelines: bool,
}

impl Connection {
    /// Asks once more what the server offers: lettre keeps of its answer only what it uses itself. A
    /// server that does not like the question gets one command at a time.
    pub(super) async fn begin(
        mut smtp: AsyncSmtpConnection,
        hello: &ClientId,
        limit: Duration,
    ) -> Result<Self, Trouble> {
        let pipelines = match in_time(limit, smtp.command(Ehlo::new(hello.clone()))).await {
            Ok(offers) => offers.message().any(|line| line.eq_ignore_ascii_case("PIPELINING")),
            Err(lost @ Trouble::Lost(_)) => return Err(lost),
            Err(Trouble::Answered { .. }) => false,
        };
        Ok(Self { smtp, pipelines })
    }

    /// Says from whom and to whom a message goes. After this the server waits for it.
    pub(super) async fn address(
        &mut self,
        mail: Mail,
        rcpt: Rcpt,
        limit: Duration,
    ) -> Result<(), Failure> {
        if self.pipelines {
            return self.address_at_once(mail, rcpt, limit).await;
        }
        let at = |stage| move |trouble| Failure { stage, trouble };
        in_time(limit, self.smtp.command(mail)).await.map_err(at(Stage::Sender))?;
        in_time(limit, self.smtp.command(rcpt)).await.map_err(at(Stage::Recipient))?;
        in_time(limit, self.smtp.command(Data)).await.map_err(at(Stage::Message))?;
        Ok(())
    }

    async fn address_at_once(
        &mut self,
        mail: Mail,
        rcpt: Rcpt,
        limit: Duration,
    ) -> Result<(), Failure> {
        let sender = in_time(limit, self.smtp.command(format!("{mail}{rcpt}{Data}"))).await;
        let mut refused = noted(None, Stage::Sender, sender.err())?;
        // Every command is answered, those behind a refused one as well.
        let recipient = in_time(limit, self.smtp.read_response()).await;
        refused = noted(refused, Stage::Recipient, recipient.err())?;
        let message = in_time(limit, self.smtp.read_response()).await;
        let waits_for_message = message.is_ok();
        refused = noted(refused, Stage::Message, message.err())?;
        let Some(failure) = refused else { return Ok(()) };
        if waits_for_message {
            // A lone dot, to which the server says that there was nobody to send it to.
            drop(in_time(limit, self.smtp.command(".\r\n")).await);
        }
        Err(failure)
    }
}

/// The first refusal counts; the others follow from it, and so may the end of the conversation.
fn noted(
    before: Option<Failure>,
    stage: Stage,
    trouble: Option<Trouble>,
) -> Result<Option<Failure>, Failure> {
    match (before, trouble) {
        (before, None) => Ok(before),
        (None, Some(trouble)) if trouble.ends_the_conversation() => Err(Failure { stage, trouble }),
        (None, Some(trouble)) => Ok(Some(Failure { stage, trouble })),
        (Some(refused), Some(Trouble::Lost(_))) => Err(refused),
        (Some(refused), Some(Trouble::Answered { .. })) => Ok(Some(refused)),
    }
}

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
    /// An answer may still come that belongs to nothing any more: what is read next could be taken for
    /// another mail's.
    pub(super) is_out_of_step: bool,
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
        Ok(Self { smtp, pipelines, is_out_of_step: false })
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
        // Every command is answered, those behind a refused one as well.
        let recipient = match &sender {
            Err(trouble) if trouble.ends_the_conversation() => None,
            _ => Some(in_time(limit, self.smtp.read_response()).await),
        };
        let message = match &recipient {
            Some(Err(trouble)) if trouble.ends_the_conversation() => None,
            None => None,
            Some(_) => Some(in_time(limit, self.smtp.read_response()).await),
        };
        let waits_for_message = matches!(&message, Some(Ok(answer)) if answer.has_code(354));
        let answers = [
            (Stage::Sender, Some(sender)),
            (Stage::Recipient, recipient),
            (Stage::Message, message),
        ];
        // The first refusal counts; the others follow from it.
        let mut failures = answers.into_iter().filter_map(|(stage, answer)| match answer {
            Some(Ok(_)) => None,
            Some(Err(trouble)) => Some(Failure { stage, trouble }),
            None => Some(Failure { stage, trouble: Trouble::silence() }),
        });
        let first = failures.next();
        self.is_out_of_step = failures.any(|failure| failure.trouble.ends_the_conversation());
        match first {
            None if waits_for_message => Ok(()),
            None => Err(Failure { stage: Stage::Message, trouble: Trouble::silence() }),
            Some(failure) => {
                if waits_for_message {
                    self.send_nothing(failure.stage, limit).await;
                }
                Err(failure)
            }
        }
    }

    /// The server waits for a message although nobody is to get it. A lone dot ends that, to which it
    /// says that there was nobody. Where it knows somebody, the dot would be an empty mail to them.
    async fn send_nothing(&mut self, refused: Stage, limit: Duration) {
        let ended = match refused {
            Stage::Recipient => in_time(limit, self.smtp.command(".\r\n")).await,
            _ => Err(Trouble::silence()),
        };
        self.is_out_of_step = ended.is_err_and(|trouble| trouble.ends_the_conversation());
    }
}

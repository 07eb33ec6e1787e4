"""A mail server that does what a test tells it.

    scripted_smtp.py [--pipelining] [--sign-in USER:PASSWORD:MECHANISM] RECORD [STEP ...]

Each STEP is for one mail, in order; when none is left, every mail is accepted. A step is
"STAGE ACTION". STAGE says how far the mail comes: greeting (for one connection), mail, rcpt,
data, dot (the whole message has arrived) or after (the mail was accepted). ACTION is a reply such
as "451 4.3.0 not now", "hang" or "drop". A "421 ..." and any reply instead of the greeting close
the connection, too. "accept -" accepts.

Every message that arrived as a whole is appended to RECORD as one line of JSON, before it is
answered; "answer" is null if it never was. The first line on standard output is the port. The
server ends when its standard input does, which also happens when the test that started it dies.
"""

import argparse
import asyncio
import base64
import collections
import json
import logging
import sys
import types
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

Step = collections.namedtuple("Step", "stage action")
ACCEPT = Step(None, None)


class Script:
    """What is still to happen, and the record of what did."""

    def __init__(self, record, steps):
        self.record = record
        self.steps = collections.deque(Step(*step.split(" ", 1)) for step in steps)
        self.connections = 0

    def next_mail(self):
        return self.steps.popleft() if self.steps else ACCEPT

    def next_greeting(self):
        return self.next_mail() if self.steps and self.steps[0].stage == "greeting" else ACCEPT

    def write(self, entry):
        self.record.write(json.dumps(entry) + "\n")
        self.record.flush()


class Scripted(SMTP):
    def __init__(self, script, pipelining, **settings):
        hooks = types.SimpleNamespace(handle_DATA=self.arrived, handle_EHLO=self.greeted)
        super().__init__(hooks, enable_SMTPUTF8=True, data_size_limit=None, **settings)
        self.script = script
        self.pipelining = pipelining
        self.step = ACCEPT
        script.connections += 1
        self.number = script.connections

    async def push(self, status):
        """Speaks Latin-1, as old servers do."""
        await super().push(status.encode("latin-1") if isinstance(status, str) else status)

    async def _handle_client(self):
        self.step = self.script.next_greeting()
        if not await self.interrupted("greeting"):
            await super()._handle_client()

    async def greeted(self, _server, session, _envelope, hostname, offers):
        session.host_name = hostname
        return ["250-PIPELINING", *offers] if self.pipelining else offers

    async def smtp_MAIL(self, arg):
        self.step = self.script.next_mail()
        if not await self.interrupted("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        if not await self.interrupted("rcpt"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg):
        if self.step == Step("data", "drop"):
            await self.push("354 Go ahead")
            await self._reader.readline()
        if not await self.interrupted("data"):
            await super().smtp_DATA(arg)
            await self.interrupted("after")

    async def arrived(self, _server, session, envelope):
        stopped = self.step.stage == "dot"
        answer = self.step.action if stopped else f"250 2.0.0 accepted on connection {self.number}"
        self.script.write({
            "connection": self.number,
            "user": session.auth_data,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "parameters": envelope.mail_options,
            "message": base64.b64encode(envelope.original_content).decode(),
            "answer": None if answer in ("drop", "hang") else answer,
        })
        if stopped and answer in ("drop", "hang"):
            await self.interrupted("dot")
        return answer

    async def interrupted(self, stage):
        """Does what the step says, if it says something about this stage."""
        if self.step.stage != stage:
            return False
        action, self.step = self.step.action, ACCEPT
        if action not in ("drop", "hang"):
            await self.push(action)
        last_words = action.startswith("421") or stage == "greeting"
        if action == "drop" or (last_words and action != "hang"):
            self.transport.close()
        if action in ("drop", "hang"):
            # Until the client has left, which cancels this.
            await asyncio.Event().wait()
        return True


def sign_in(text):
    """Settings that ask for a user name and password by one mechanism."""
    user, password, mechanism = text.split(":")

    def knows(_server, _session, _envelope, _mechanism, given):
        right = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=right, auth_data=user, handled=False)

    others = {"PLAIN", "LOGIN"} - {mechanism}
    return dict(authenticator=knows, auth_required=True, auth_require_tls=False,
                auth_exclude_mechanism=others)


async def main():
    # It warns of signing in without TLS, which never leaves this machine here.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser()
    arguments.add_argument("record", type=argparse.FileType("a"))
    arguments.add_argument("--pipelining", action="store_true")
    arguments.add_argument("--sign-in", type=sign_in, default={})
    arguments.add_argument("steps", nargs="*")
    given = arguments.parse_args()
    script = Script(given.record, given.steps)
    loop = asyncio.get_running_loop()

    def protocol():
        return Scripted(script, given.pipelining, hostname="scripted.test", loop=loop, **given.sign_in)

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())

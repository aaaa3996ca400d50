"""A mail backend that takes its time and writes each mail as one line: what left is what stands in the file."""

import os
import time
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

PAUSE = float(os.environ.get("MAIL_PAUSE", "0.03"))  # seconds


class LineBackend(BaseEmailBackend):
    """Appends the Message-ID of each mail to the file named by MAIL_LINES, with a pause on either side."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            time.sleep(PAUSE)
            file = os.open(os.environ["MAIL_LINES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(file, f"{message.extra_headers['Message-ID']}\n".encode())
            os.close(file)
            time.sleep(PAUSE)
        return len(email_messages)

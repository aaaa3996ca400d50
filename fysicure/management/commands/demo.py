from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from fysicure.demo.cohort import fill, fill_week
from fysicure.demo.messages import tell_patients
from fysicure.demo.notes import write_notes
from fysicure.demo.practice import open_practice
from fysicure.demo.privacy import fill_privacy
from fysicure.demo.proposals import propose
from fysicure.demo.waiting_list import fill_waiting_list


class Command(BaseCommand):
    help = "Fill an empty database with a simulated practice. Does nothing when there are people already."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("Demo accounts have a known password: set FYSICURE_DEMO=1 on a machine of your own.")
        if User.objects.exists():
            self.stdout.write("The practice already has people: nothing to do.")
            return
        with transaction.atomic():
            practice = open_practice(timezone.localtime())
            stories = fill(practice, lambda step: self.stdout.write(f"  {step}"))
            visits = fill_week(practice, stories)
            notes = write_notes(practice)
            questions = propose(practice)
            waiting = fill_waiting_list(practice, stories)
            fill_privacy(practice)
        self.stdout.write(f"  {len(stories)} runners, {visits} more visits in the weeks around today, {notes} notes")
        self.stdout.write(
            f"  {questions} questions and offers wait for an answer, {waiting} patients on the waiting list"
        )
        self.stdout.write(f"  {tell_patients(practice)} messages in the outbox")

import datetime
import pytest
from django.utils import timezone
from tests.browser.chromium import chromium
from tests.pathways.stories import log, make_plan, measure
from pathways.adjustments import adjust_dosage, add_exercise
from pathways.blocking import block_plan, unblock_plan
from pathways.decisions import decide
from pathways.definitions import definition_of
from pathways.discharge import discharge_plan
from pathways.models import Goal
from pathways.pauses import pause_plan, resume_plan
from pathways.relapse import report_relapse
from pathways.restart import restart_plan
from scheduling.models import Appointment
from tests.people import make_patient, make_user
from patients.models import EpisodeOfCare

pytestmark = [pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)

def test_shots(live_server, client_of, patient, patient_user, episode, practitioner, therapist, receptionist, monkeypatch, settings):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.LOCALE_PATHS = ["/tmp/pw_locale", *settings.LOCALE_PATHS]
    from django.utils.translation import trans_real
    trans_real._translations.clear()
    now = timezone.now(); today = timezone.localdate(now)
    by = therapist
    plan = make_plan(episode, practitioner, phase="P4", weeks=8, now=now)
    for d in range(1, 50, 3): log(plan, d, (0, (d*7)%4, 1, 0), now=now, distance_km=3 + d % 4, onset_km=2)
    block_plan(plan, reason="Kuit gezwollen.", by=by, now=now - 20*DAY)
    unblock_plan(plan, reason="Echo negatief.", physician="Dr. Willems", cleared_on=today - 17*DAY, by=by, now=now - 16*DAY)
    pause_plan(plan, reason_code="illness", reason="Griep", started_on=today-14*DAY, by=by, now=now-14*DAY)
    resume_plan(plan, on=today-9*DAY, by=by, now=now-9*DAY)
    plan.refresh_from_db()
    row = plan.exercise_prescriptions.filter(phase__key="P4").first()
    adjust_dosage(row, dosage="2 x 8", per_week="2", progression="", reason="Te zwaar na nachtdienst.", by=by, now=now)
    f = plan.follow_ups.get(week=12)
    start = now + 5*DAY
    f.appointment = Appointment.objects.create(patient=patient, practitioner=practitioner, start=start, end=start+datetime.timedelta(minutes=30), booked_by=by, episode=episode); f.save()
    decide(plan, "step_back", reason="Te snel.", reason_code="clinical_picture", by=by, now=now)
    paused_user = make_user("p2@x.example", "Piet", "patient"); p2 = make_patient("Janssens", "Piet", user=paused_user)
    e2 = EpisodeOfCare.objects.create(patient=p2, reason="Knie", side="R", status="active", practitioner=practitioner, started_on=today-30*DAY)
    plan2 = make_plan(e2, practitioner, phase="P2", weeks=4, now=now)
    f2 = plan2.follow_ups.get(week=6)
    f2.appointment = Appointment.objects.create(patient=p2, practitioner=practitioner, start=start+DAY, end=start+DAY+datetime.timedelta(minutes=30), booked_by=by, episode=e2); f2.save()
    pause_plan(plan2, reason_code="absence", reason="", started_on=today, by=by, now=now)
    user3 = make_user("p3@x.example", "Mia", "patient"); p3 = make_patient("Claes", "Mia", user=user3)
    e3 = EpisodeOfCare.objects.create(patient=p3, reason="Knie", side="R", status="active", practitioner=practitioner, started_on=today-300*DAY)
    old = make_plan(e3, practitioner, phase="P5", weeks=25, now=now)
    for g in definition_of(old.pathway_version).goals: Goal.objects.create(plan=old, description=g.text, measure_key=g.measure or "")
    measure(old, {"nprs_worst_7d": {"R": 6}, "lefs": 50, "psfs_running": 4, "hipabd_n": {"L": 210, "R": 170}}, days_ago=160, now=now)
    measure(old, {"nprs_worst_7d": {"R": 1}, "lefs": 55, "psfs_running": 9}, days_ago=40, now=now)
    for d in range(40, 160, 4): log(old, d, (0, (d*7)%5, 1, 0), now=now, distance_km=3 + d % 6)
    shots = [("discharge-draft", therapist, f"/plans/{old.pk}/discharge/")]
    with chromium() as browser:
        def shoot(shots):
            for width, height in ((1280, 900), (390, 844)):
                for name, user, path in shots:
                    ctx = browser.new_context(base_url=str(live_server), viewport={"width": width, "height": height}, locale="nl-BE")
                    ctx.add_cookies([{"name": "sessionid", "value": client_of(user).cookies["sessionid"].value, "url": str(live_server)}])
                    page = ctx.new_page(); r = page.goto(path); assert r.status == 200, (name, r.status)
                    if name == "plan-menu": page.click(".plan-menu summary")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width: print("TOO WIDE", name, width, wide)
                    page.screenshot(path=f"/tmp/pw_png/{name}-{width}.png", full_page=name != "plan-menu")
                    ctx.close()
        shoot(shots)
        discharge_plan(old, outcome_note="Loopt weer 30 km per week zonder pijn. Gaat verder met kracht.", by=by, now=now-35*DAY)
        shoot([("portal-ended", user3, "/portal/"), ("check-in", user3, "/portal/check-in/")])
        report_relapse(old, nprs_worst=4, load_jumped=True, note="Na de marathon.", by=user3, now=now)
        shoot([("plan-ended", therapist, f"/plans/{old.pk}/"), ("restart", therapist, f"/plans/{old.pk}/restart/"), ("discharged", therapist, f"/plans/{old.pk}/discharge/")])
        new = restart_plan(old, phase="P2", reason="", by=by, now=now)
        ex = plan.exercise_prescriptions.filter(phase__key="P3", ended_on=None).first()
        shoot([("plan", therapist, f"/plans/{plan.pk}/"), ("plan-menu", therapist, f"/plans/{plan.pk}/"), ("plan-paused", therapist, f"/plans/{plan2.pk}/"), ("plan-restarted", therapist, f"/plans/{new.pk}/"),
          ("exercise", therapist, f"/plans/{plan.pk}/exercises/{ex.pk}/"), ("exercise-add", therapist, f"/plans/{plan.pk}/exercises/add/"), ("pause", therapist, f"/plans/{plan.pk}/pause/"), ("resume", therapist, f"/plans/{plan2.pk}/resume/"),
          ("follow-ups", receptionist, "/plans/follow-ups/"), ("portal-paused", paused_user, "/portal/"), ("today", therapist, "/")])

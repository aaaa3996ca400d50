import datetime, os
import pytest
from django.utils import timezone
from tests.browser.chromium import chromium
from tests.people import NOW
from tests.running_plan import plan, version
from pathways.outcomes import enter_text, record_outcome
from pathways.retests import record_retest
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
DAY=datetime.timedelta(days=1)
ITEMS=[f"Voorbeeldactiviteit {n}: iets wat je op een gewone dag doet" for n in range(1,21)]
@pytest.mark.django_db(transaction=True)
def test_shots(live_server, plan, therapist, owner, patient_user, client_of, monkeypatch):
    monkeypatch.setattr(timezone,"now",lambda: NOW)
    t=enter_text("lefs", ITEMS, "Brief van de auteur van 3 november 2026, in de kast.", by=owner, now=NOW-20*DAY)
    record_retest(plan, {"lefs": 51, "psfs_running": 3}, by=therapist, now=NOW-27*DAY)
    k=lambda key,a,d,src="visit",by=therapist: record_outcome(plan,key,a,source=src,client_key=f"{key}{d}",by=by,now=NOW-d*DAY)
    k("lefs",{str(n):3 for n in range(1,19)},12,"portal",patient_user)
    k("lefs",{str(n):3 for n in range(1,21)},6)
    acts=lambda *s:{"activities":[{"name":n,"score":v} for n,v in zip(("Lopen","Trap af","Hurken","Fietsen"),s)]}
    k("psfs",acts(3,5,4),25); k("psfs",acts(7,8,6,2),10,"portal",patient_user)
    for d,v in ((27,6),(20,5),(14,5),(7,3)): k("nprs",{"value":v},d)
    k("groc",{"value":2},8,"portal",patient_user)
    k("tegner",{"total":4},27)
    out="/tmp/h_outcomes_shots/"
    def shots(browser,user,pages,width,js=True):
        c=client_of(user); cookie=c.cookies["sessionid"].value
        ctx=browser.new_context(viewport={"width":width,"height":900},locale="nl-BE")
        ctx.add_cookies([{"name":"sessionid","value":cookie,"url":live_server.url}])
        pg=ctx.new_page()
        for name,path,act in pages:
            pg.goto(live_server.url+path)
            if act: act(pg)
            pg.wait_for_load_state("networkidle")
            pg.wait_for_timeout(300)
            over=pg.evaluate("document.documentElement.scrollWidth-document.documentElement.clientWidth")
            if over: print(name,width,"OVERFLOW",over)
            pg.screenshot(path=f"{out}{name}-{width}.png",full_page=True)
        ctx.close()
    p=f"/plans/{plan.pk}/"
    def openitems(pg):
        for n in range(1,18):
            pg.locator(f"input[name='{n}'][value='3']").check(force=True)
        pg.wait_for_timeout(1500)
        print("status:",pg.locator("[data-status]").inner_text())
        pg.locator("button.btn-primary[type=submit]").last.click(); pg.wait_for_load_state()
    later=NOW+12*DAY
    with chromium() as b:
        for w in (1280,390):
            shots(b,therapist,[("history",p+"outcomes/",None),("fill-lefs",p+"outcomes/lefs/",None),("fill-psfs",p+"outcomes/psfs/",None),("total",p+"outcomes/uwri/",None)],w)
            shots(b,owner,[("instruments","/plans/instruments/",None),("instrument","/plans/instruments/lefs/",None)],w)
        monkeypatch.setattr(timezone,"now",lambda: later)
        for w in (360,390):
            shots(b,patient_user,[("home","/portal/",None),("p-groc","/portal/questionnaire/groc/",None),("p-psfs","/portal/questionnaire/psfs/",None),("p-lefs","/portal/questionnaire/lefs/",openitems)],w)
        def send(pg):
            pg.locator("input[value='3'][name=value]").check(force=True)
            pg.locator("button.btn-primary[type=submit]").last.click(); pg.wait_for_load_state()
        shots(b,patient_user,[("p-done","/portal/questionnaire/groc/",send)],390)

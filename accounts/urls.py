"""Addresses of this room, before allauth's own under the same prefix."""

from django.urls import URLPattern, path

from accounts.views import codes, devices, people, prove, second_factor, session, staff

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("code/", codes.ask_code, name="ask-code"),
    path("code/enter/", codes.enter_code, name="enter-code"),
    path("link/<str:secret>/", codes.use_link, name="link"),
    path("prove/", prove.prove, name="prove"),
    path("session/", session.session_state, name="session"),
    path("session/stay/", session.stay, name="stay"),
    path("session/back/", session.back, name="back"),
    path("session/typed/", session.typed, name="typed"),
    path("second-factor/", second_factor.set_up, name="second-factor"),
    path("devices/", devices.devices, name="devices"),
    path("devices/end-others/", devices.end_others, name="end-others"),
    path("devices/<uuid:device_id>/end/", devices.end_one, name="end-device"),
    path("people/", people.people, name="people"),
    path("people/invite/", staff.invite, name="invite-colleague"),
    path("people/<uuid:user_id>/invite/", staff.invite_again, name="invite-again"),
    path("people/<uuid:user_id>/reset-second-factor/", people.reset_factor, name="reset-factor"),
    path("people/<uuid:user_id>/end-sessions/", people.end_all, name="end-sessions"),
]

"""The API's addresses: one router for all rooms, and the document that describes them."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from accounts.api_reference import PractitionerViewSet
from fysicure import api_schema  # noqa: F401 registers what the document says of tokens
from pathways.api import PlanViewSet
from pathways.api_follow_ups import FollowUpViewSet
from pathways.api_pathways import PathwayViewSet
from pathways.diary_api import DiaryViewSet
from pathways.rules_api import ClassifyView, LightView, ProgressView
from patients.api import EncounterViewSet, EpisodeViewSet, ObservationViewSet, PatientViewSet
from patients.api_me import MeView
from patients.api_measures import MeasureViewSet
from patients.api_prescriptions import PrescriptionViewSet
from scheduling.api import AppointmentViewSet
from scheduling.api_rooms import RoomViewSet
from scheduling.api_slots import SlotsView
from scheduling.api_waiting_list import WaitingListViewSet

router = DefaultRouter()
router.register("patients", PatientViewSet, basename="patient")
router.register("episodes", EpisodeViewSet, basename="episode")
router.register("encounters", EncounterViewSet, basename="encounter")
router.register("observations", ObservationViewSet, basename="observation")
router.register("plans", PlanViewSet, basename="plan")
router.register("diary", DiaryViewSet, basename="diary")
router.register("appointments", AppointmentViewSet, basename="appointment")
router.register("prescriptions", PrescriptionViewSet, basename="prescription")
router.register("waiting-list", WaitingListViewSet, basename="waiting-list")
router.register("follow-ups", FollowUpViewSet, basename="follow-up")
router.register("practitioners", PractitionerViewSet, basename="practitioner")
router.register("rooms", RoomViewSet, basename="room")
router.register("measures", MeasureViewSet, basename="measure")
router.register("pathways", PathwayViewSet, basename="pathway")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/pathways/<slug:slug>/classify", ClassifyView.as_view(), name="rules-classify"),
    path("v1/pathways/<slug:slug>/light", LightView.as_view(), name="rules-light"),
    path("v1/pathways/<slug:slug>/progress", ProgressView.as_view(), name="rules-progress"),
    path("v1/me/", MeView.as_view(), name="me"),
    path("v1/slots/", SlotsView.as_view(), name="slots"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # Public on purpose (ASVS 13.4.5): they describe the code, which is open, and hold no data of a practice.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

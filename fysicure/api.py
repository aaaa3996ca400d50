"""The API's addresses: one router for all rooms, and the document that describes them."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from fysicure import api_schema  # noqa: F401 registers what the document says of tokens
from pathways.api import PlanViewSet
from pathways.diary_api import DiaryViewSet
from pathways.rules_api import ClassifyView, LightView, ProgressView
from patients.api import EncounterViewSet, EpisodeViewSet, ObservationViewSet, PatientViewSet
from scheduling.api import AppointmentViewSet, SlotsView

router = DefaultRouter()
router.register("patients", PatientViewSet, basename="patient")
router.register("episodes", EpisodeViewSet, basename="episode")
router.register("encounters", EncounterViewSet, basename="encounter")
router.register("observations", ObservationViewSet, basename="observation")
router.register("plans", PlanViewSet, basename="plan")
router.register("diary", DiaryViewSet, basename="diary")
router.register("appointments", AppointmentViewSet, basename="appointment")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/pathways/<slug:slug>/classify", ClassifyView.as_view(), name="rules-classify"),
    path("v1/pathways/<slug:slug>/light", LightView.as_view(), name="rules-light"),
    path("v1/pathways/<slug:slug>/progress", ProgressView.as_view(), name="rules-progress"),
    path("v1/slots/", SlotsView.as_view(), name="slots"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # Public on purpose (ASVS 13.4.5): they describe the code, which is open, and hold no data of a practice.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

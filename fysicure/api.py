"""The API's addresses: one router for all rooms, and the document that describes them."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

from pathways.api import PlanViewSet
from pathways.diary_api import DiaryViewSet
from pathways.rules_api import ClassifyView, LightView, ProgressView

router = DefaultRouter()
router.register("plans", PlanViewSet, basename="plan")
router.register("diary", DiaryViewSet, basename="diary")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/pathways/<slug:slug>/classify", ClassifyView.as_view(), name="rules-classify"),
    path("v1/pathways/<slug:slug>/light", LightView.as_view(), name="rules-light"),
    path("v1/pathways/<slug:slug>/progress", ProgressView.as_view(), name="rules-progress"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]

"""Accounts in the admin site: people, their role, their keys; and the log of who read what, to read only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import AccessLog, ApiToken, Practitioner, User


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """An account: an e-mail address, a name, a role, and a password or none (then: a code by mail)."""

    class Meta:
        model = User
        fields = ("email", "name", "role")
        field_classes = {"email": forms.EmailField}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    """An existing account."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class PractitionerInline(admin.StackedInline):  # type: ignore[type-arg]
    """Who treats: the therapist behind an account."""

    model = Practitioner
    extra = 0
    can_delete = False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    form, add_form = UserForm, NewUserForm
    list_display = ("name", "email", "role", "is_active", "is_staff", "last_login")
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name", "id")
    filter_horizontal = ()
    inlines = (PractitionerInline,)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "language", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("email", "name", "role", "usable_password", "password1", "password2")},
        ),
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Put the user in the group of the role: exactly one."""
        super().save_related(request, form, formsets, change)
        group, _created = Group.objects.get_or_create(name=form.instance.role)
        form.instance.groups.set([group])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, not deleted: the history names them."""
        return False


@admin.register(Practitioner)
class PractitionerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "user", "nihdi_number", "colour", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "nihdi_number", "user__email")
    list_select_related = ("user",)
    raw_id_fields = ("user",)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Keys are made by `manage.py api_token`, which shows them once; here they are named, ended and revoked."""

    list_display = ("name", "user", "created_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at", "expires_at")
    search_fields = ("name", "user__email")
    list_select_related = ("user",)
    readonly_fields = ("user", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessLog)
class AccessLogAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who looked at which record. The database refuses every change."""

    list_display = ("at", "user_id", "role", "part", "patient_id", "ip_address")
    list_filter = ("role", "part")
    search_fields = ("=patient_id", "=user_id")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

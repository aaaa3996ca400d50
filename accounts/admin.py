"""Accounts in the admin site: people, their role, their keys; and the log of who read what, to read only."""

from typing import Any
from uuid import UUID

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_edits import EditCheckedAdmin
from accounts.models import AccessLog, ApiToken, Practitioner, SecurityEvent, User
from accounts.policy import signed_in
from accounts.security_log import note_event
from accounts.sessions import begin, cut_off, end_sessions
from accounts.step_up import require_proof

# Signing in to the admin site is signing in: the same page, the same second factor (ASVS 6.1.3, 6.3.4).
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def _change_own_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Lead to the one page on which people change their own password: it notes that, and ends their other sessions."""
    return redirect("account_change_password")


admin.site.password_change = _change_own_password  # type: ignore[method-assign,assignment]
_RIGHTS = {"role", "is_active", "is_staff", "is_superuser"}


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


class AsksProof:
    """Opens and saves only shortly after the user proved again who they are (accounts/step_up.py)."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require_proof(request)
        return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]


class PractitionerInline(admin.StackedInline):  # type: ignore[type-arg]
    """Who treats: the therapist behind an account."""

    model = Practitioner
    extra = 0
    can_delete = False


@admin.register(User)
class UserAdmin(AsksProof, EditCheckedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
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

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Give somebody another password, or none: noted, and it ends the other sessions of who it is (ASVS 7.4.3)."""
        require_proof(request)
        answer = super().user_change_password(request, id, form_url)
        # A form that contradicts itself is sent back to where it stands.
        if isinstance(answer, HttpResponseRedirect) and answer.url != request.get_full_path():
            whose, me = UUID(unquote(id)), signed_in(request)
            if whose == me.pk:
                begin(request, me, now=timezone.now())  # Django gave this session a new key
            end_sessions(whose, except_key=request.session.session_key)
            note_event(SecurityEvent.Kind.PASSWORD, request=request, subject_id=whose, deed="set")
        return answer

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, note what changed in rights (names of fields, never values), and cut off an account that is now off."""
        super().save_model(request, obj, form, change)
        changed = sorted(_RIGHTS & set(form.changed_data)) if change else sorted(_RIGHTS)
        if changed:
            kind = SecurityEvent.Kind.ACCOUNT_CHANGED
            note_event(kind, request=request, subject_id=obj.pk, fields=changed, role=obj.role, active=obj.is_active)
        if not obj.is_active:
            cut_off(obj.pk, now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Put the user in the group of the role: exactly one."""
        super().save_related(request, form, formsets, change)
        group, _created = Group.objects.get_or_create(name=form.instance.role)
        form.instance.groups.set([group])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, not deleted: the history names them."""
        return False


@admin.register(Practitioner)
class PractitionerAdmin(EditCheckedAdmin):
    list_display = ("name", "user", "nihdi_number", "colour", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "nihdi_number", "user__email")
    list_select_related = ("user",)
    raw_id_fields = ("user",)


@admin.register(ApiToken)
class ApiTokenAdmin(AsksProof, EditCheckedAdmin):
    """Keys are made by `manage.py api_token`, which shows them once; here they are named, ended and revoked."""

    list_display = ("name", "user", "created_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at", "expires_at")
    search_fields = ("name", "user__email")
    list_select_related = ("user",)
    readonly_fields = ("user", "created_at")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        deed = "revoked" if obj.revoked_at else "changed"
        note_event(SecurityEvent.Kind.TOKEN, request=request, subject_id=obj.user_id, deed=deed, token=str(obj.pk))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AccessLog)
class AccessLogAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who looked at which record. The database refuses every change; that somebody read it here is an event too."""

    list_display = ("at", "user_id", "role", "part", "patient_id", "ip_address")
    list_filter = ("role", "part")
    search_fields = ("=patient_id", "=user_id")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessLog]:
        """Return the readings, once it is noted that they are looked at (as fysicure.audit does)."""
        if self.has_view_permission(request):
            note_event(SecurityEvent.Kind.AUDIT_VIEWED, request=request, tab="admin")
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""The people who sign in, and the clients (machines) that do, each bound to organisations."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from planning.people.roles import ROLES


class People(BaseUserManager["Person"]):
    """Makes people; e-mail addresses are kept in lower case, so that one person is one row."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """A person who signs in by e-mail and password. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        person = self.model(email=email.lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """The first administrator of an installation (`manage.py createsuperuser`)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may do comes from their appointments, not from here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may use the admin pages", default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def administers(self) -> bool:
        """Whether the admin pages and what they change for everybody are open to this person."""
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Appointment(models.Model):
    """One role of one person at one organisation."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=30, choices=[(code, role.label) for code, role in ROLES.items()])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "organisation", "role"], name="appointment_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} is {ROLES[self.role].label} at {self.organisation_id}"


class ApiClient(models.Model):
    """A machine's sign-in: an OAuth application bound to the one organisation whose data it may see."""

    application = models.OneToOneField("oauth2_provider.Application", models.CASCADE, related_name="client")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="api_clients")

    def __str__(self) -> str:
        return f"{self.application} for {self.organisation_id}"

"""Make a machine's sign-in: an OAuth client bound to one organisation."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import Application

from planning.people.person import ApiClient
from planning.registry.organisations import Organisation


class Command(BaseCommand):
    help = "Makes an API client for an organisation and prints its id and secret once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what the client is called where its acts are shown")
        parser.add_argument("--organisation", required=True, metavar="ODS", help="whose data it may see")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(ods=options["organisation"], retired=False).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        client, secret = create_client(options["name"], organisation)
        self.stdout.write(json.dumps({"client_id": client.application.client_id, "client_secret": secret}))


@transaction.atomic
def create_client(name: str, organisation: Organisation) -> tuple[ApiClient, str]:
    """A client and its secret, which is stored only as a hash and cannot be shown again."""
    secret = generate_client_secret()
    application = Application.objects.create(
        name=name,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        hash_client_secret=True,
    )
    return ApiClient.objects.create(application=application, organisation=organisation), secret

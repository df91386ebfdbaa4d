"""How Django knows the app; what a floor below needs from this one is registered in `ready`."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from planning.people.masthead import counts_waiting
        from submissions import loading
        from submissions.queries.waiting import number_waiting

        loading.register()
        counts_waiting(number_waiting)

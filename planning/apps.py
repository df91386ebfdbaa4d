"""How Django knows the app; what a floor below needs from this one is registered in `ready`."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "planning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from planning.config import celery, checks  # noqa: F401 - the queue's address; deployment checks
        from planning.plan import loading_values
        from planning.registry import loading, loading_groups

        loading.register()
        loading_groups.register()
        loading_values.register()

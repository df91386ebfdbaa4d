"""How Django knows the app; what a floor below needs from this one is registered in `ready`."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from targets.guidance import loading

        loading.register()

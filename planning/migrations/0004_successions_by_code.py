"""A succession is between two codes: the successor need not be an organisation of a system here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_returns_whole")]

    operations = [
        migrations.RemoveConstraint(model_name="succession", name="succession_once"),
        migrations.AlterModelOptions(name="succession", options={"ordering": ["successor", "predecessor"]}),
        migrations.RemoveField(model_name="succession", name="successor"),
        migrations.AddField(
            model_name="succession",
            name="successor",
            field=models.CharField(default="", max_length=10, verbose_name="successor's ODS code"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="succession",
            name="kept_code",
            field=models.BooleanField(
                default=False,
                help_text="the successor is an older body that kept its code: what was published under it before "
                "is its own part alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
        ),
    ]

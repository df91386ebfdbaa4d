"""A run keeps its three returns indexed on the outturn; runs from before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0006_rules_tried_and_assumptions")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="indices",
            field=models.JSONField(default=dict),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("targets", "0003_earlier_rows_know_their_document")]
    operations = [
        migrations.AlterField(
            model_name="guidancedocument",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="planning.round"
            ),
        ),
        migrations.AlterField(
            model_name="guidancedocument", name="series", field=models.CharField(max_length=60)
        ),
        migrations.AlterField(
            model_name="guidancedocument",
            name="standing",
            field=models.CharField(
                choices=[
                    ("published", "Published"),
                    ("draft", "Draft"),
                    ("expected", "Expected"),
                    ("local", "Local"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="guidancedocument", name="notes", field=models.JSONField(blank=True, default=list)
        ),
        migrations.AlterField(model_name="guidancedocument", name="valid_from", field=models.DateField()),
        migrations.AlterField(
            model_name="targetversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="targets.guidancedocument"
            ),
        ),
        migrations.AlterField(
            model_name="assuranceversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="targets.guidancedocument"
            ),
        ),
    ]

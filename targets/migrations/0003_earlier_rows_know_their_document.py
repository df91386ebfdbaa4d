"""Targets loaded before documents had rounds and series: each learns its document and each document its place."""

from django.db import migrations


def fill(apps, schema_editor):
    document_model = apps.get_model("targets", "GuidanceDocument")
    target_model = apps.get_model("targets", "TargetVersion")
    for row in target_model.objects.all():
        document = document_model.objects.filter(pk=row.entry["source"].get("document_code", "")).first()
        if document is None:  # nothing says whose it is; loading the files brings it anew
            row.delete()
            continue
        document.round_id = row.round_id
        document.series = row.round_id[2:] + "-guidance"
        document.valid_from = document.published_on
        document.loaded_digest = ""
        document.save()
        target_model.objects.filter(pk=row.pk).update(document=document, entry={"metric": row.code.lower(), **row.entry})
    document_model.objects.filter(round__isnull=True).delete()
    # as loaded: the next load takes the file's entry
    document_model.objects.update(loaded_digest="earlier")


class Migration(migrations.Migration):
    dependencies = [("targets", "0002_documents_and_attestations")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

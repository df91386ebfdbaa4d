"""Lists the models of submissions for Django."""

from submissions.uploads import Receipt, Upload, Value

__all__ = ["Receipt", "Upload", "Value"]

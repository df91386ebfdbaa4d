"""Lists the models of finance for Django."""

from finance.positions import Position

__all__ = ["Position"]

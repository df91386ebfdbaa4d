"""The finance rules (F-…) that are checks, one file a family. Importing this package registers what it judges.

Of the finance rules of the catalogue these are not here, and why:
F-08 and F-09 are T14 and T15, with the activity that the income is for; the share of F-05 is T08, its limit in
pounds is here; F-11 is part (c) of T42. F-10 (convergence), F-14 (growth not offset), F-15 (service development
funds) and F-17 (discharge fund) are figures that the position shows: nothing in a plan can break them. F-07 and
F-18 set one line against another and are data alone (`submissions/data/rules`).
"""

from importlib import import_module
from pkgutil import iter_modules

FAMILIES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

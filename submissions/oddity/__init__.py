"""The odd one out: activity, workforce and pay, each on its own outturn, and which of the three is out of step.

    figures.py      a body's figures, or several bodies' added up, and its weighted activity
    voices.py       what one return says against its own outturn
    apart.py        which of three stands apart, and in which words
    indices.py      the three of a body or a system, with their months: kept with a run
    of_findings.py  the three that a rule sets side by side: kept with a finding

Nothing here needs the store. A worker says it once; pages show what was kept.
"""

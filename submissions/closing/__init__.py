"""What would close a gap: options in operational units, and what each would move in the other two returns.

    options.py      one option, and in which order they are shown
    of_rules.py     the options of a rule's breach, a small function a rule
    of_targets.py   those of a missed target
    yardsticks.py   a body's own ratios: staff for activity, pay for staff, nurses for beds
    knock_on.py     what an option moves in the other returns, a small function a kind of line

Options and ratios are kept with findings and runs; where a finding rests on one return alone, a page sets the
two together. So nothing of the last two, nor of `options`, loads the plan's array.
"""

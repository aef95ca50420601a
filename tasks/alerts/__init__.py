"""Alerts (floor 2): the plan as code, the pace curve, the lag behind it and the level that follows.

Pure: plan, values and earlier judgements in, rows out. ``curves`` draws the pace line, ``lag`` measures the
distance on three bases, ``noise`` says what cannot be told from chance, ``assess`` looks at one number on one
day, ``memory`` remembers levels over days, ``judge`` puts them together, ``notes`` words them.
"""

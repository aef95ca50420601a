"""Alerts (floor 2): the plan as code, the pace curve, the lag behind it and the level that follows.

Pure: plan, values and earlier judgements in, rows out. ``curves`` draws the pace line, ``lag`` measures the
distance on three bases, ``noise`` says what cannot be told from chance, ``assess`` looks at one number on one
day, ``memory`` remembers levels over days, ``judge`` puts them together, ``notes`` words them. ``series`` looks
back, ``forecast`` says where a series goes, ``landing`` when the next point is reached, ``relatives`` what a target is
that is only a change.

The plan itself: ``entries``, ``claims`` and ``quantities`` are its tables, ``plan`` puts them together, ``refusals``
says why one does not load, ``lint`` what is odd about one that does, ``standing`` where it stands on a day, and
``versions`` which one it is.
"""

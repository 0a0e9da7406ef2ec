"""Guessing of passwords: what is counted, who is let through all the same, and when a lockout ends (DESIGN 9).

`actions.py` counts, `devices.py` knows a device that has signed in before, `addresses.py` who asks.
"""

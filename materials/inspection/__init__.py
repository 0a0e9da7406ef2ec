"""Looks at a file that came from outside, in a process of its own: plain Python, no Django, no network.

`python -m materials.inspection --kind deck|video PATH` prints one JSON object. Nothing heavy is imported here.
"""

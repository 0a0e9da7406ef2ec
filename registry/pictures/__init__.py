"""Opening what somebody uploaded as a picture or scan: in a child with limits, never in the process that serves pages.

`child.py` asks, `workshop.py` answers. The pixels are counted before anything is decoded, by whoever decodes.
"""

"""Rosters in Excel: reading whatever an office sends, and writing files that stay what they are.

    read (workbook) -> recognise (table) -> plan (plan) -> what the preview shows, and what the import then carries out

Nothing here touches the database. A roster row is one posting of one village first secretary.
"""

"""Places: units, towns, airfields and outlines of the states of today."""

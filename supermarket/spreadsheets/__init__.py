"""The one way rows enter and leave as Excel/CSV: ``reading``, ``writing``, ``templates``."""

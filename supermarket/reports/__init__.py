"""Figures and exports; reads everything, writes nothing."""

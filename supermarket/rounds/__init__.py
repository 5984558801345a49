"""Inspection rounds and events: many households on one screen."""

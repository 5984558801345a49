"""The operations of the API, one module for each part of the work."""

from supermarket.api.views import (
    access,
    awards,
    document,
    households,
    redemptions,
    reports,
    shops,
)
from supermarket.api.views.frame import bp

__all__ = ["access", "awards", "bp", "document", "households", "redemptions", "reports", "shops"]

"""Programme settings and rules by region and date."""

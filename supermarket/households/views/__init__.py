"""Pages of households and their roster."""

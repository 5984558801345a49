"""Pages of honours and the yearly score."""

"""The catalogue: goods, prices, barcodes."""

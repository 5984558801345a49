"""The pages of shops, their prices, their stock and their deliveries."""

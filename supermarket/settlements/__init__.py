"""What a partner merchant is owed for the points redeemed there."""

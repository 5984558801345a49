"""Questions of the counter: what a redemption needs, receipts, what the till shows."""

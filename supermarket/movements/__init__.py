"""Goods that move without a customer: transfers, write-offs, recalls."""

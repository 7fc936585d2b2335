"""Stripe, through its Checkout page; one account a régie, of its own or connected to the vendor's."""

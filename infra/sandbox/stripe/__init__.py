"""A simulated Stripe: the endpoints of Checkout and refunds, its payment page, its signed events."""

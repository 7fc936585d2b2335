"""A simulated Systempay: the payment form V2 of the Lyra platform, its pages, its signed messages."""

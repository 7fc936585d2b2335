"""Systempay, PayZen and the other doors of the Lyra platform, through their payment form (V2)."""

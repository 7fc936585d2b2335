"""A simulated PayFiP « régie » server: the web service, the payer's pages, and what can go wrong."""

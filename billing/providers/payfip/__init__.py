"""PayFiP « régie », the online payment service of the DGFiP, through its secured web service."""

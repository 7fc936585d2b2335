"""A simulated API Particulier: the quotient of the family funds, for invented people, and what can go wrong."""

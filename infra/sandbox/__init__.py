"""Simulated payment providers: real protocols over HTTP, on one machine, where no money moves."""

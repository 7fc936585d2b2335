"""Imports: what a file of people or money may hold, how its columns are found, and what becomes of each line.

A kind (families, school roll, quotients…) is registered under a code by the app it belongs to.
"""

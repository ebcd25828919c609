"""Drawn faces whose 68 landmarks are known exactly: data for the demo and the tests, without a download."""

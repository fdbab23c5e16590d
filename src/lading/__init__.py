"""Lading carries first-party data into Amazon Marketing Cloud and Amazon DSP, and proves that it arrived."""

__version__ = "0.1.0"

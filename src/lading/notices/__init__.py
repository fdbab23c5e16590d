"""Telling people: what is said, and the post that carries it (mail, chat, webhooks)."""

"""Carriers of messages: each sends one kind of message over one channel (domains/notifications/sending.py)."""

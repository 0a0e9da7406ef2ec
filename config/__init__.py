"""Wiring only: settings, addresses, the Celery application."""

from config.celery import app

__all__ = ["app"]

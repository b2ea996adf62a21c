"""The JSON API under ``/api/v1``, its keys and its webhooks."""

"""The review of a call: its form, its drafts, and corrections to the transcript."""

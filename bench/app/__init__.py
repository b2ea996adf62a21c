"""How quick the review app is with 100,000 scored calls and 20 people at work."""

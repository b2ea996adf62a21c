"""Call QA: recorded service calls, scored against a service standard, with the clip that proves it."""

"""Who somebody is: passwords, random tokens, and OpenID Connect."""

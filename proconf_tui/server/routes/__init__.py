"""The HTTP API, by subject: what each route does, and the table that serves and describes all."""

"""Long work by the API."""

"""The gallery for programs, under /api/v1."""

"""The gallery's pages; each works without JavaScript."""

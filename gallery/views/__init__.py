"""The gallery's pages. All of them work without JavaScript."""

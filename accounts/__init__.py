"""People: who they are, how they log in, and what their programs may; the pages are allauth's."""

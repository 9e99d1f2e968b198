"""What the site does as long work: a module for each kind."""

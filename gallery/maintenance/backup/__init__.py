"""Everything a site keeps, in one file and back: database, pictures, secret key."""

"""What can be done; pages, the admin and the command call these."""

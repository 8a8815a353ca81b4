"""What a secret looks like, as data by platform, and how it is found."""

"""What the reports are held against: the same figures by plain SQL, and by pandas without a server."""

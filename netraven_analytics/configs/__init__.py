"""Text work on configurations."""

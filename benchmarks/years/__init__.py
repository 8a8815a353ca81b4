"""Years of a large fleet's runs, and the reports' figures over them by SQL written by hand."""

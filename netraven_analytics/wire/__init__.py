"""Answers by COPY: the server's text of each row, parsed in blocks while the next ones arrive."""

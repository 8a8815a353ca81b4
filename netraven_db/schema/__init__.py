"""What a database must look like, how far it is, and the tools that the migrations are made of."""

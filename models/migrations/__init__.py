"""How the tables came to be, and who may do what with them."""

"""How good networks are, measured on colour photos as Zhang, Isola, Efros 2016 did (Table 1)."""

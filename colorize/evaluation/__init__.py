"""Measures networks on colour photos, as in Zhang, Isola, Efros 2016 (Table 1)."""

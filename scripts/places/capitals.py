"""Capitals where GeoNames' list of states cannot be taken as it is, and what is to be said about some."""

NUMBERS = {"XKX": 412}  # of the United Nations, where ISO has none
# capitals that GeoNames' list of states spells in another way than its list of towns, or has as they once were
CAPITALS = {
    "ATG": "Saint John’s", "BRA": "Brasília", "CMR": "Yaoundé", "COL": "Bogotá", "CRI": "San José",
    "GRD": "Saint George's", "ISL": "Reykjavík", "KAZ": "Astana", "MNG": "Ulan Bator", "PLW": "Koror",
    "PRY": "Asunción", "PSE": "Ramallah", "STP": "São Tomé", "TGO": "Lomé", "TON": "Nuku‘alofa", "VUT": "Port-Vila",
}  # fmt: skip

"""Ce qui lie la maison : ses trois dates, ses versions, ses signatures."""

"""Les tarifs : datés, sans recouvrement ; le prix est celui du jour du fait."""

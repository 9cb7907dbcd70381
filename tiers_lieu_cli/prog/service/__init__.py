"""Les services du lieu : de l'idée à l'essai, du pérenne à l'arrêt."""

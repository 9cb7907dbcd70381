"""L’envoi d’une pièce par le point d’accès : on n’envoie rien d’ici, on en garde l’état et la preuve."""

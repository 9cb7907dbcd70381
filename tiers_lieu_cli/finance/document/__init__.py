"""Les documents d’une pièce : XML (UBL, CII), contrôle, PDF."""

"""`tl`, `python -m tiers_lieu_cli` : interrompu avant même d'avoir commencé, il le dit aussi."""

from __future__ import annotations

from typing import NoReturn


def principal() -> NoReturn:
    """Point d'entrée ; tout le reste est importé ici, là où Ctrl-C est attendu."""
    try:
        from tiers_lieu_cli import demarrage

        demarrage.alleger()
        from tiers_lieu_cli.application import principal as lancer

        lancer()
    except KeyboardInterrupt:
        import os
        import sys

        phrase = "Interrompu ; rien n'a été enregistré."
        # Comme `Echec.json` : rien de plus ne se charge ici.
        refus = '{"refus": {"code": "echec", "phrase": "%s", "remede": null, "commandes": []}}\n'
        os.write(*(1, (refus % phrase).encode()) if "--json" in sys.argv else (2, f"{phrase}\n".encode()))
        os._exit(1)


if __name__ == "__main__":
    principal()

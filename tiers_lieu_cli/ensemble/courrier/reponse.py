"""La réponse à un courrier : un brouillon .eml, enfilé, que l'outil n'envoie jamais."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

import msgspec

from tiers_lieu_cli.ensemble.courrier.modele import Courrier, Etat
from tiers_lieu_cli.noyau.pages.courriel import Geste
from tiers_lieu_cli.noyau.texte import sans_capitale, sha256

_CITE_AU_PLUS = 40


class Maison(msgspec.Struct, frozen=True):
    """Qui répond."""

    nom: str
    adresse: str
    domaine: str


def corps(courrier: Courrier, prenom: str, maison: Maison, dit: str, propositions: Sequence[str] = ()) -> str:
    """Le texte de la réponse : ce qu'on dit, ce qu'on propose, et ce qu'on a reçu."""
    lignes = [f"Bonjour{f' {prenom}' if prenom else ''},", "", dit]
    if propositions:
        lignes += ["", "Nous pouvons vous proposer :", *(f"  - {p}" for p in propositions)]
    lignes += ["", "À bientôt,", maison.nom]
    recu = courrier.texte.splitlines()[:_CITE_AU_PLUS]
    if recu:
        lignes += [
            "",
            f"Le {courrier.recu:%d/%m/%Y}, vous écriviez :",
            *(f"> {ligne}".rstrip() for ligne in recu),
        ]
    return "\n".join(lignes) + "\n"


def dire(
    courrier: Courrier, chose: str, quand: str, *, attend: bool = False, refus: str | None = None
) -> str:
    """Ce qu'on répond à ce qu'il demande : oui, la liste d'attente, ou non (`refus` dit pourquoi)."""
    de = f"« {chose} »{f', {quand}' if quand else ''}" if chose else "votre demande"
    if refus is not None:
        pourquoi = f" : {sans_capitale(refus)}" if refus else ""
        return f"Nous ne pouvons malheureusement pas dire oui à {de}{pourquoi.rstrip('.')}."
    if courrier.etat is not Etat.FAIT:
        return ""
    if attend:
        suite = "vous êtes sur la liste d'attente. Nous vous écrirons si une place se libère."
        return f"C'est complet pour {de} : {suite}"
    return {
        Geste.INSCRIPTION: f"C'est noté : vous êtes inscrit·e à {de}. Nous vous attendons !",
        Geste.ANNULATION: f"C'est noté : vous ne viendrez pas à {de}. Merci de nous avoir prévenus.",
        Geste.SALLE: f"C'est noté : {de}.",
        Geste.BESOIN: "Merci, votre besoin est noté ; nous cherchons qui pourrait y répondre.",
        Geste.OFFRE: "Merci de votre proposition, elle est notée ; nous vous dirons qui en aurait besoin.",
        Geste.IDEE: "Merci de votre idée, elle est dans la boîte ; nous vous dirons ce qu'elle devient.",
        Geste.DESABONNEMENT: "C'est noté : vous ne recevrez plus la lettre.",
    }.get(courrier.sorte, "")


def brouillon(courrier: Courrier, a: str, maison: Maison, texte: str, moment: datetime) -> bytes:
    """Le brouillon .eml : du lieu à qui a écrit, dans le fil de son courriel."""
    en_ascii = all(dit.isascii() for dit in (a, maison.adresse, courrier.message, *courrier.references))
    # Une adresse ou un Message-ID replié serait encodé, et le fil perdu.
    m = EmailMessage(policy=(SMTP if en_ascii else SMTPUTF8).clone(max_line_length=998))
    if maison.adresse:
        m["From"] = f'"{_propre(maison.nom)}" <{maison.adresse}>'
    m["To"] = a
    objet = _propre(courrier.objet) or "votre message"
    code = f" [{courrier.racine}]"
    objet = objet.replace(code, "")
    m["Subject"] = f"{objet if objet.lower().startswith('re:') else f'Re: {objet}'}{code}"
    m["Date"] = format_datetime(moment)
    marque = sha256(f"{texte}{moment}")[:16]
    m["Message-ID"] = f"<{courrier.racine}.{marque}@{maison.domaine}>"
    if courrier.message:
        m["In-Reply-To"] = courrier.message
        suite = dict.fromkeys([*courrier.references, courrier.message])
        m["References"] = " ".join(list(suite)[-20:])
    # Un lecteur de courrier l'ouvre comme un brouillon, à relire et à envoyer.
    m["X-Unsent"] = "1"
    m.set_content(texte, cte="quoted-printable")
    return m.as_bytes()


def _propre(dit: str) -> str:
    return " ".join(dit.replace('"', "'").split())

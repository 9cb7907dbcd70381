"""Des relevés fabriqués, CODA et camt.053, bien (ou mal) faits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

IBAN = "BE71096123456769"


@dataclass(frozen=True)
class Ligne:
    """Un mouvement de la banque."""

    montant: str
    communication: str = ""
    libelle: str = ""
    nom: str = ""
    compte: str = ""
    reference: str = ""
    details: tuple[str, ...] = field(default=())


def _jour(jour: date) -> str:
    return f"{jour:%d%m%y}"


def _somme(montant: Decimal, signe: bool = True) -> str:
    dit = f"{int(abs(montant) * 1000):015}"
    return f"{'1' if montant < 0 else '0'}{dit}" if signe else dit


def coda(
    lignes: Sequence[Ligne],
    *,
    initial: str = "0.00",
    numero: int = 1,
    jour: date = date(2026, 11, 20),
    iban: str = IBAN,
    final: str = "",
) -> bytes:
    """Un fichier CODA, version 2, d'un relevé."""
    debut = Decimal(initial)
    fin = Decimal(final) if final else debut + sum((Decimal(x.montant) for x in lignes), Decimal(0))
    compte = f"{iban:<34}EUR"
    records = [
        f"0000 {_jour(jour)}09605 {'':7}{'REF':<10}{'LA PASSERELLE':<26}GKCCBEBB   00202239951 00000{'':39}2"
    ]
    records.append(
        f"12{numero:03}{compte}{_somme(debut)}{_jour(jour)}{'LA PASSERELLE':<26}{'':<35}{numero:03}"
    )
    for rang, x in enumerate(lignes, start=1):
        montant = Decimal(x.montant)
        dite = f"1101{x.communication}" if x.communication else f"0{x.libelle}"
        reference = x.reference or f"REF{numero:03}{rang:05}"
        suite = "1" if x.nom or x.compte else "0"
        records.append(
            f"21{rang:04}0000{reference:<21}{_somme(montant)}{_jour(jour)}00150000{dite:<54}{_jour(jour)}{numero:03}0{suite}{'':1}0"
        )
        if suite == "1":
            records.append(
                f"23{rang:04}0000{x.compte:<37}{x.nom:<35}{'':<43}0{'':1}{'':1}"[:125].ljust(125) + "0 0"
            )
        for n, detail in enumerate(x.details, start=1):
            records.append(
                f"21{rang:04}{n:04}{reference:<21}{_somme(Decimal(detail))}{_jour(jour)}50150000{'0détail':<54}{_jour(jour)}{numero:03}0000"[
                    :125
                ].ljust(125)
                + "0 0"
            )
    records.append(f"8{numero:03}{compte}{_somme(fin)}{_jour(jour)}".ljust(127) + "0")
    debits = -sum((Decimal(x.montant) for x in lignes if Decimal(x.montant) < 0), Decimal(0))
    credits = sum((Decimal(x.montant) for x in lignes if Decimal(x.montant) > 0), Decimal(0))
    combien = len(records) - 1
    records.append(f"9{'':15}{combien:06}{_somme(debits, False)}{_somme(credits, False)}".ljust(127) + "2")
    return ("\r\n".join(r[:128].ljust(128) for r in records) + "\r\n").encode("windows-1252")


def _reference(dite: str) -> str:
    return f"<AcctSvcrRef>{dite}</AcctSvcrRef>"


def camt(
    lignes: Sequence[Ligne],
    *,
    initial: str = "0.00",
    numero: int = 1,
    jour: date = date(2026, 11, 20),
    iban: str = IBAN,
    final: str = "",
    attente: Sequence[Ligne] = (),
    muette: str = "",
) -> bytes:
    """Un fichier camt.053.001.08 d'un relevé ; `attente` : des écritures pas encore comptabilisées.

    `muette` : ce que dit (NtryRef, EndToEndId ou rien) une banque qui ne donne pas de référence à elle.
    """
    debut = Decimal(initial)
    fin = Decimal(final) if final else debut + sum((Decimal(x.montant) for x in lignes), Decimal(0))

    def sens(montant: Decimal) -> str:
        return "DBIT" if montant < 0 else "CRDT"

    def solde(code: str, montant: Decimal) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{abs(montant)}</Amt>"
            f"<CdtDbtInd>{sens(montant)}</CdtDbtInd><Dt><Dt>{jour}</Dt></Dt></Bal>"
        )

    def ecriture(rang: int, x: Ligne, etat: str) -> str:
        montant = Decimal(x.montant)
        qui = "Dbtr" if montant > 0 else "Cdtr"
        remise = (
            f"<Strd><CdtrRefInf><Ref>{x.communication}</Ref></CdtrRefInf></Strd>"
            if x.communication
            else f"<Ustrd>{x.libelle}</Ustrd>"
        )
        return (
            f"<Ntry><Amt Ccy='EUR'>{abs(montant)}</Amt><CdtDbtInd>{sens(montant)}</CdtDbtInd>"
            f"<Sts><Cd>{etat}</Cd></Sts><BookgDt><Dt>{jour}</Dt></BookgDt>"
            f"{muette or _reference(x.reference or f'C{numero:03}{rang:05}')}<NtryDtls><TxDtls>"
            f"<RltdPties><{qui}><Pty><Nm>{x.nom}</Nm></Pty></{qui}>"
            f"<{qui}Acct><Id><IBAN>{x.compte}</IBAN></Id></{qui}Acct></RltdPties>"
            f"<RmtInf>{remise}</RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    ecritures = "".join(ecriture(n, x, "BOOK") for n, x in enumerate(lignes, start=1))
    ecritures += "".join(ecriture(900 + n, x, "PDNG") for n, x in enumerate(attente, start=1))
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>"
        f"<BkToCstmrStmt><Stmt><LglSeqNb>{numero}</LglSeqNb><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
        f"{solde('OPBD', debut)}{solde('CLBD', fin)}{ecritures}</Stmt></BkToCstmrStmt></Document>"
    ).encode()

"""Une page pratique ne garde pas de secret ; une page ordinaire n'est jamais refusée à tort."""

from __future__ import annotations

import pytest

from tiers_lieu_cli.noyau.gens.secrets_dits import trouver

SECRETS = """\
Le code de l'alarme est 4821.
Code alarme : 48 21
Digicode 1789A, puis pousser
Code du portail : #2580
Composer le code 7 4 1 0 puis la porte s'ouvre
Boîte à clés à droite de la porte : 3907
Cadenas du garage (0451)
La combinaison du coffre : 12-34-56
PIN de la carte : 0000
Le PUK, c'est 12345678
Mot de passe : chaussette
mot de passe du wifi : Passerelle2026!
mdp = cafe&the
Le mot de passe est « tournesol »
Password: hunter2
Clé wifi : 4F2A-99BC-ZZ10
clé WPA2 → pommedeterre
WIFI:T:WPA;S:Passerelle;P:secret123;;
-----BEGIN OPENSSH PRIVATE KEY-----
Jeton ghp_16C7e42F292c6912E7710c838347Ae178B4a
AKIAIOSFODNN7EXAMPLE1234
sk-proj-abcdefghijklmnop1234
eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0
https://admin:sesame@camera.local/flux
d41d8cd98f00b204e9800998ecf8427e
Pour entrer : x7Kp2mQ9vL4t
Réseau des bénévoles, Zt4!kQ8w#Lp2
""".splitlines()

ORDINAIRES = """\
# Ouvrir la maison
1. Couper l'alarme : le code est chez un relais.
Le code de l'alarme se demande à @p-7k2m9x.
Le code est dans le coffre du bureau, jamais sur une feuille.
Le mot de passe est affiché au tableau du bureau.
Mot de passe : demander à l'accueil
Mot de passe du wifi : voir le tableau
Le mot de passe est changé tous les 3 mois.
Changer le code tous les 180 jours.
L'alarme sonne après 30 secondes ; elle s'arme à 22 h 30.
L'alarme incendie se teste le 1er lundi de chaque mois, à 10:00.
En cas d'incendie, appeler le 112, puis sortir par la cour.
Alarme : appeler la société au 112 si elle sonne plus de 15 minutes.
Le coffre à jouets a 120 pièces.
Le code postal est 4000.
Code-barres 5410188031072 sur la boîte.
Code erreur 1042 : la machine à café veut être détartrée.
Si l'écran dit E24, débrancher, attendre 10 minutes, rebrancher.
Machine à café DeLonghi ECAM22.110.B, réservoir de 1,8 litre.
Pièce RX-78GP03 du lave-vaisselle Bosch SMS46KI03E.
Norme NBN EN 50172, article 6.5 du RGIE, arrêté du 28 mars 2001.
Extincteur n° 4, poudre ABC 6 kg, vérifié le 2026-10-12.
Tableau électrique : disjoncteur 14 pour la cuisine, 230 V, 16 A.
La fiche 2026-11-24-atelier-velo-7k2m dit le reste.
Voir https://passerelle.example/fiches/ouvrir-la-maison
Écrire à accueil@passerelle.example ou passer.
tl espace cle remettre cave --a @karim --rendre-le vendredi
Wi-Fi « Passerelle-Invités », débit 100 Mbit/s.
Le code couleur : bleu pour le papier, jaune pour les emballages.
Un code de conduite : on se dit bonjour.
La combinaison de travail est au vestiaire, taille 52.
Le cadenas du vélo-cargo s'ouvre avec la clé 3.
Fermer les 12 fenêtres, dont celle du 1er étage, avant 18h30.
Réglé sur 20 °C de 8 h à 18 h, 15 °C la nuit ; chaudière Viessmann Vitodens 200-W.
Composer le 9 pour sortir, puis le numéro.
Anticonstitutionnellement, intergouvernementalisation, porte-manteau-parapluie.
Numéro de série du projecteur : voir l'étiquette dessous.
Café : 7 g par tasse, 25 secondes, 92 °C ; détartrer toutes les 300 tasses.
Le mot de passe, on ne l'écrit pas.
Poubelles : noir le mardi, bleu et jaune le jeudi des semaines 2, 4, 6.
Code du travail, article 12 ; code de la route, article 40.
Appeler Électro-Liège (contrat c-7k2m) pour l'ascenseur SCHINDLER-3300.
DemandeDeSalleEnLigne2026.pdf est sur le bureau de l'ordinateur.
""".splitlines()


@pytest.mark.parametrize("ligne", SECRETS)
def test_un_secret_est_reconnu(ligne: str) -> None:
    assert list(trouver(ligne)), ligne


def test_aucune_page_ordinaire_n_est_refusee() -> None:
    assert {ligne: trouves for ligne in ORDINAIRES if (trouves := list(trouver(ligne)))} == {}
    assert list(trouver("\n".join(ORDINAIRES))) == []

"""`tl prog` : les commandes du programme, chacune chargée si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

app = Application("Le programme : événements, semaine, agenda.")
app.differer("lettre", "La lettre de la semaine.", "tiers_lieu_cli.ensemble.lettre.commandes:app")
_DIFFUSION = "tiers_lieu_cli.prog.diffusion.commandes"
app.differer("diffusion", "Où annoncer ce qui vient, et les textes prêts.", f"{_DIFFUSION}:diffusion_app")
app.differer("annoncer", "Noter qu'une activité est annoncée.", f"{_DIFFUSION}:annoncer_app")
app.differer("plan", "Le plan de communication.", f"{_DIFFUSION}:plan_app")
_AFFICHAGE = "tiers_lieu_cli.prog.affichage.commandes"
app.differer("semaine", "Le programme d'une semaine.", f"{_AFFICHAGE}:semaine_app")
app.differer("jour", "Le programme d'un jour.", f"{_AFFICHAGE}:jour_app")
app.differer("mois", "Le programme d'un mois.", f"{_AFFICHAGE}:mois_app")
app.differer("affiche", "L'affiche d'un événement, avec un QR.", "tiers_lieu_cli.prog.affichage.affiche:app")
app.differer(
    "evenement",
    "Les événements : créer, modifier, tenir, voir.",
    "tiers_lieu_cli.prog.evenement.commandes:app",
)
app.differer(
    "serie", "Ce qui revient : une règle, et ses dates une à une.", "tiers_lieu_cli.prog.serie.commandes:app"
)
app.differer("reseau", "Les lieux amis et leurs agendas.", "tiers_lieu_cli.prog.reseau.commandes:app")
app.differer("publier", "Écrire tous les agendas, publics et de l'équipe.", "tiers_lieu_cli.prog.publier:app")
app.differer("ecran", "La page d'un écran au mur.", "tiers_lieu_cli.ensemble.mural:app")
app.differer("ical", "Le programme en agenda (.ics).", "tiers_lieu_cli.prog.ical:app")
_IDEES = "tiers_lieu_cli.prog.idee.commandes"
app.differer("proposer", "Déposer une idée dans la boîte.", f"{_IDEES}:proposer_app")
app.differer("soutenir", "Compter un soutien à une idée.", f"{_IDEES}:soutenir_app")
app.differer("boite", "Voir la boîte à idées.", f"{_IDEES}:boite_app")
app.differer("accepter", "Faire d'une idée une activité.", "tiers_lieu_cli.prog.idee.accepter:app")
app.differer("decliner", "Ne pas faire une idée, et dire pourquoi.", f"{_IDEES}:decliner_app")
app.differer("repondu", "Noter que la réponse est rendue.", f"{_IDEES}:repondu_app")
app.differer(
    "besoins", "Besoins sans activité, activités sans besoin.", "tiers_lieu_cli.prog.besoin.commandes:app"
)
_INSCRIPTIONS = "tiers_lieu_cli.prog.inscription.commandes"
app.differer("inscrire", "Inscrire une personne, ou un groupe.", f"{_INSCRIPTIONS}:inscrire_app")
app.differer("desinscrire", "Ôter quelqu'un de la liste.", f"{_INSCRIPTIONS}:desinscrire_app")
app.differer("inscrits", "Voir qui vient, qui attend, qui est venu.", f"{_INSCRIPTIONS}:inscrits_app")
app.differer("emarger", "Noter qui est venu.", "tiers_lieu_cli.prog.inscription.emargement:app")
app.differer(
    "equipe", "Les équipes : qui tient quoi, ce qui manque.", "tiers_lieu_cli.prog.equipe.commandes:app"
)
app.differer("bilan", "Ce que le programme a donné.", "tiers_lieu_cli.prog.bilan.commandes:app")
app.differer("service", "Les services : essai, pérenne, arrêté.", "tiers_lieu_cli.prog.service.commandes:app")
app.differer(
    "formation",
    "Les formations : parcours, présence, habilitation.",
    "tiers_lieu_cli.prog.formation.commandes:app",
)

"""Les mots qui font hésiter devant un nom : ceux qui sont aussi des noms, ceux qui en annoncent un."""

from __future__ import annotations


def _mots(dits: str) -> frozenset[str]:
    return frozenset(dits.split())


#: Ce qu'un nom de famille perd ou garde selon qui l'écrit.
PARTICULES = _mots(
    "al ben bin bint d da das de del della den der des di do dos du el ibn l la las le les los o op 't t "
    "ten ter te van vanden vander vom von zu y "
)
#: Un mot de la langue : seul, il ne désigne jamais personne.
GRAMMAIRE = PARTICULES | _mots(
    "a ai an au aux avec bon car ce ces cet chez ci dans deux dix donc elle elles en es est et eu il ils "
    "je ma mais me mes mi mon ne ni non nos nous on ont or ou oui pas par plus pour qu que qui sa sans se "
    "ses si six son sont sous sur ta te tes toi ton tous tout tu un une va vers vos vous vu aan als bij "
    "dat dit een er het hij hun ik in is je maar met na naar niet nog of om ons ook tot uit was we wel "
    "wie zij zijn zo and are as at be by for from he it not she the this to with you "
)
#: Les noms qui sont aussi des mots : seuls, ils avertissent ; à deux, il leur faut la capitale.
COMMUNS = _mots(
    # prénoms
    "aimee amande ambre ami amour anemone ange angelique art aurore avril blanche bloem candide capucine "
    "celeste cerise charite claude clemence clement clementine colombe constance constant desire desiree "
    "eglantine esperance faith fidele fleur flore franc france garance gentiane grace harmonie honore "
    "hope hyacinthe innocent iris jasmin jean joie joy juillet june juste laurier lavande lente liberte "
    "lilas linde loup lune lys maan mai marguerite marin marine mark mars max maxime may melodie "
    "merveille mimosa mirabelle modeste muguet muse myrtille narcisse nature noel nymphe olive olivier "
    "opale orchidee parfait paris patience perle pervenche pie pierre placide pomme providence prudence "
    "prune reine rich robin roman romane roos rose rosier sage saphir serein sereine soleil ster "
    "sylvestre tulipe urbain vaillant valentin verite victoire violette vital vrede will zephyr zon "
    # noms de famille
    "abbe accueil agneau amant arbre archer argent atelier aube auberge bakker baron bas batelier baudet "
    "beau bec berg berger besson bis black blanc blauw bleu blond boer boeuf bois boisson bon bonbon "
    "bonheur bonhomme bonnet boom bos bosquet bouc boucher bouchon bouillon boulanger boulet bouquet "
    "bourgeois bourse bouton brasseur brave bref brochet brouwer brown brug brun brune buisson bureau "
    "bush cabane cadet camion canard cap cardinal carre carreau cavalier cave cerf chambre champ champion "
    "chant chapeau charbon charbonnier charpentier charron chat chateau chatelain chaud chauffeur chef "
    "chene cheval chevalier chevre clair clerc cloche clou club colin colle collier combe comte concert "
    "coq corbeau cordier cordon cornet cosse cote coton couleur coupe cour court courtois couturier "
    "couvreur croix cuisine cuisinier danse dauphin day dejeuner dekker depot desert diamant dijk "
    "dimanche dokter doux drap drapeau droit duc ecole ecuyer engel entree epine etang etoile facteur "
    "fanal faucon fer ferme fermier feu fevrier field figuier fils fin flamand flamme fleurs foin "
    "fontaine foret forge forgeron fort fosse fouet four fourche foyer frais francais frere froid froment "
    "gage gagneur gai galant gallois garcon garde gardien gare gaucher gazon geai genet givre glaive gold "
    "gorge grain grand grange gras green grenier grillon gris groen groot gros grue guerrier haan habit "
    "hache haie hall haut herbe hermite heron hert hill hiver hof homme hond hotel hublot huis huit "
    "hunter jager janvier jardin jardinier jaune jeudi jeune joli jong jour journal juge jumeau kaas kat "
    "keizer kerk king klein kok koning koster kuiper lac lake lande lang langue lapin lard large latin "
    "leger lent levant lievre ligne lion little livre loge loin loisir long lorrain lourd love loyal "
    "lundi luth macon mage maire maison maitre mal man manche manoir marais marchand marche mardi "
    "marechal mariage marque marquis marron marteau matin maure mauvais meester mercier mercredi mere "
    "merle meunier midi mine miroir moine moitie molen molenaar monnaie mont montagne moon mot mouche "
    "moulin mouton moyen mur musicien neuf neveu nid noble noir noire noix nord nouveau novembre nuage "
    "nuit octobre oiseau or orange orge orme oud page pain palais panier paon pape papier papillon parc "
    "parent park pasteur patin patron pauvre paysan pecheur peintre pere perron petit pic pied pin pinson "
    "pion place plaisir planche plante plat plein pluie plume poche poirier poisson poivre pont pool port "
    "portal porte portier poste pot potier poulain poulet prairie pre premier price prieur prince prins "
    "printemps puits quatre rabot raison ramier rapide rayon regard renard repas rice riche ridder rideau "
    "rivage river riviere roc roche rocher rock roi rond ronde rood root rossignol rouge roux roy royal "
    "ruban rue ruelle ruiter sabot sac sacre saint salle samedi sapin sauvage sec seigneur sel sellier "
    "septembre sergent serrurier seul short simple slager small smid snow soie soldat sorbier sort souris "
    "spring stad star steen stone straat sud suisse summer tabac table tailleur talon tambour tanneur "
    "taureau temps terre tigre tilleul tisserand toile tonnelier tour tournesol tourneur travers tree "
    "tresor triste tronc tuilier vache val valet vallee vannier veau velours vendredi vent verger verre "
    "vert vieux vigne vigneron villa village ville vin vis visser vivier vogel voisin voiture volant vos "
    "vrai wagon water white wild winter wit wolf wood young zee zilver zomer zwart "
)
#: Ce qui s'écrit devant un nom de famille ; les plus courts veulent un point ou la capitale.
CIVILITES = _mots(
    "m mr mme mlle mrs ms miss me dr pr prof mm mmes monsieur messieurs madame mesdames mademoiselle "
    "maitre docteur professeur famille meneer mevrouw mevr dhr mw heer herr frau sidi lalla pan pani bay "
    "bayan famiglia "
)
#: Un nom de rue, de gare, d'école n'est celui de personne.
LIEUX_DITS = _mots(
    "rue avenue av ave bd boulevard blvd place pl chaussee chee quai square parc impasse allee chemin "
    "cours passage pont porte gare metro station arret tram ligne saint sainte st ste sint santa san "
    "lycee athenee college ecole institut hopital clinique eglise basilique chapelle commune ville "
    "quartier cite residence stade theatre musee bibliotheque mediatheque centre espace salle fort lac "
    "mont ile laan straat plein lei steenweg kaai brug school station street road avenue "
)
#: Ce qui réunit deux prénoms devant un nom.
ET = _mots("et ou en und and ve ja oder of")

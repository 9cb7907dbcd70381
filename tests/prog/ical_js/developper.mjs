// Lit un .ics sur l'entrée et écrit ses occurrences : [uid, début UTC ou jour, fin, titre].
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const racine = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of racine.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const dit = (quand) => (quand.isDate ? quand.toString() : quand.toJSDate().toISOString());
const occurrences = [];
for (const composant of racine.getAllSubcomponents("vevent")) {
  const evenement = new ICAL.Event(composant);
  if (!evenement.isRecurring()) {
    // getOccurrenceDetails ajouterait la durée à l'heure murale : faux d'une heure la nuit du changement.
    occurrences.push([evenement.uid, dit(evenement.startDate), dit(evenement.endDate), evenement.summary]);
    continue;
  }
  const suite = evenement.iterator();
  for (let debut = suite.next(), n = 0; debut && n < 5000; debut = suite.next(), n++) {
    const d = evenement.getOccurrenceDetails(debut);
    occurrences.push([evenement.uid, dit(d.startDate), dit(d.endDate), evenement.summary]);
  }
}
console.log(JSON.stringify(occurrences));

// Lit un .ics sur l'entrée et écrit ses occurrences : [uid, début UTC ou jour, fin, titre, annulée].
// Une série est développée jusqu'à l'année du premier argument.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const racine = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const derniere = Number(process.argv[2] ?? 2030);
for (const zone of racine.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const dit = (quand) => (quand.isDate ? quand.toString() : quand.toJSDate().toISOString());
const annulee = (composant) => composant.getFirstPropertyValue("status") === "CANCELLED";
const changees = (composant) => composant.hasProperty("recurrence-id");
const composants = racine.getAllSubcomponents("vevent");
const occurrences = [];
for (const composant of composants.filter((c) => !changees(c))) {
  const uid = composant.getFirstPropertyValue("uid");
  const exceptions = composants.filter((c) => changees(c) && c.getFirstPropertyValue("uid") === uid);
  const evenement = new ICAL.Event(composant, { exceptions, strictExceptions: true });
  if (!evenement.isRecurring()) {
    // getOccurrenceDetails ajouterait la durée à l'heure murale : faux d'une heure la nuit du changement.
    occurrences.push([uid, dit(evenement.startDate), dit(evenement.endDate), evenement.summary, annulee(composant)]);
    continue;
  }
  const suite = evenement.iterator();
  for (let debut = suite.next(), n = 0; debut && debut.year <= derniere && n < 5000; debut = suite.next(), n++) {
    const d = evenement.getOccurrenceDetails(debut);
    occurrences.push([uid, dit(d.startDate), dit(d.endDate), d.item.summary, annulee(d.item.component)]);
  }
}
console.log(JSON.stringify(occurrences));

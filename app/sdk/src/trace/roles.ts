/** What a column holds by its name, in the languages of common portals. */

/** What people call generated power, energy, and their sums. */
const POWER =
  /power|leistung|puissance|potencia|pot[eê]ncia|potenza|vermogen|effekt|\bmoc\b|výkon|vykon|teljesítmény|teho|\bgüç|мощность|потужність|ισχύς|功率|電力|전력|출력|watt|^p(?:[ _]|$)|\bp_?ac\b|\bpac|ac_?p\b|tot_?w\b|p_?(out|pv|grid_?out)|output|\bkw\b|\bw\b/i;
const ENERGY =
  /energ|yield|ertrag|erzeug|einspeis|produ[ckzç]|produkt|generat|generaci|opbrengst|opwek|opgewekt|terugle|injection|injektion|export|uzysk|výrob|termel|tuotto|üretim|выработ|генерац|παραγωγ|发电|發電|発電|발전|solar|\bpv|photovolt|\bwh\b|\bkwh\b|wh_?out|tot_?wh/i;
const OWN =
  /solar|\bpv|photovolt|inverter|wechselrichter|onduleur|inversor|generat|erzeug|produ[ckzç]|yield|ertrag|opwek|opgewekt|发电|發電|発電|발전|ac[_ ]?power|active|wirk|pac\b|injection|einspeis|export/i;
const ALTERNATING = /(^|[^a-z])ac([^a-z]|$)|pac|ac_?pow|ac_?out|wirkleistung|active|tot_?w\b|out/i;
/** Beside the power of an instant, but better than its extremes. */
const MEAN = /average|\bavg\b|mean|mittel/i;
/** What is left of it behind a household. */
const FED_IN =
  /export|einspeis|eingespeist|inje[ck]|injeç|immission|immessa|feed|terugle|oddan|excedent|returned|surplus|überschuss|売電|上网/i;
/** Beside the power that leaves the device. */
const LESS =
  /\bdc|dc[_ ]|p_?dc|pdc|string|mppt|tracker ?\d|phase|\bl[123]\b|normali|peak|max|min\b|spitze|forecast|predict|expected|prognos|soll|estimat|clear.?sky|limit|set.?point|nominal|rated|nenn|kwp|apparent/i;
/** Neither power nor energy of a device. */
const NOT =
  /factor|faktor|facteur|fattore|\bpf\b|totpf|cos|φ|reactive|blind|réactiv|reattiv|\bvar\b|kvar|apparent|schein|\bs_?ac\b|\bva\b|temp|°|celsius|grad\b|irradi|einstrahl|strahlung|\bghi\b|\bpoa\b|\bdni\b|\bdhi\b|w\/m|(?<!photo)volt|spannung|tensi|tensão|\bu_?(ac|dc|\d)\b|current|amp|strom(?!erzeug|prod|ertrag)|courant|corr[ie]ent|freq|\bhz\b|humid|feucht|wind|pressure|druck|efficien|wirkungsgrad|rendement|batter|akku|\bsoc\b|\bsoh\b|charg|entlad|load|consum|verbrauch|bezug|house|haus|prelievo|soutir|prélèv|offtake|afname|verbruik|\bimport|withdraw|(?<!to[ _]|[a-z])grid(?![a-z])(?!.*(export|feed|out))|netz(?!einsp)|serial|\bsn\b|seriennum|\bid\b|_id$|\bean\b|\bmeter\b(?!.*(read|energy|power))|status|\bcode\b|error|fault|alarm|event|flag|label|mask|outlier|stale|quality|qualit|valid|type|name|price|preis|cost|tarif|revenue|saving|\beur\b|\busd\b|co2|carbon|isolation|insulation|impedanc|resist|\bohm|speed|rpm|count$|\bindex$|\brow\b|\bnr\.?\b|number|\bday\b|\bmonth\b|\byear\b|weekday|\bhour\b|latitude|longitude|altitude|capacity|\bdoy\b/i;
/** Names of counters. */
const COUNTER =
  /count|zähler|zaehler|\bstand\b|stand$|total|gesamt|lifetime|life.?time|cumul|kumul|acumul|accumul|compteur|contador|contatore|index|(^|[^a-z])e[-_ ]?(today|total|day|tot)|today|heute|daily|tages|jour|diari|giornalier|dagopbrengst|etotal|etoday|reading|ablesung|lecture|meter|register|tot_?wh|_sum|\bsum\b|累计|累計|当日|누적/i;

/** Says what a column's name tells about it. */
export interface Role {
  readonly excluded: boolean;
  readonly power: boolean;
  readonly energy: boolean;
  readonly counter: boolean;
  /** How well the name fits the power that a device delivers. */
  readonly score: number;
}

/** Judges a name. */
export function roleOf(title: string): Role {
  const power = POWER.test(title);
  const energy = ENERGY.test(title);
  const own = OWN.test(title);
  const excluded =
    NOT.test(title) &&
    !(
      own &&
      !/factor|faktor|facteur|fattore|totpf|reactive|blind|réactiv|reattiv|temp|irradi|einstrahl|(?<!photo)volt|spannung|tensi|current|amp\b|freq|efficien|wirkungsgrad|batter|consum|verbrauch|bezug|offtake|\bimport|load|status|price|flag|label|mask|outlier|id\b/i.test(
        title,
      )
    );
  const score =
    (power ? 4 : 0) +
    (energy ? 2 : 0) +
    (own ? 2 : 0) +
    (ALTERNATING.test(title) ? 1 : 0) -
    (FED_IN.test(title) ? 1 : 0) -
    (LESS.test(title) ? 3 : MEAN.test(title) ? 2 : 0);
  return { excluded, power, energy, counter: COUNTER.test(title), score: excluded ? -100 : score };
}

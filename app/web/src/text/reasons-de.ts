import type { reasonsEn } from './reasons-en';

/** The same in German. */
export const reasonsDe: Record<keyof typeof reasonsEn, string> = {
  'reason.oversized': 'Länger als jede Meldung. Software des Geräts erneuern.',
  'reason.bad-encoding': 'Unlesbar: kein Base64. Software des Geräts erneuern.',
  'reason.wrong-length': 'Nicht so lang wie eine Meldung dieser Form. Software des Geräts erneuern.',
  'reason.bad-domain': 'Keine Commonwire-Meldung. Software des Geräts erneuern.',
  'reason.bad-network': 'Für ein anderes Netz signiert. Das Gerät für dieses Netz einstellen.',
  'reason.unknown-device':
    'Kein Gerät mit diesem Index ist angemeldet. Index prüfen oder das Gerät anmelden.',
  'reason.wrong-owner': 'Nennt einen anderen Besitzer als das Register. Den Besitzer im Gerät berichtigen.',
  'reason.former-owner': 'Nennt den früheren Besitzer. Den neuen Besitzer im Gerät einstellen.',
  'reason.device-retired': 'Der Besitzer hat das Gerät stillgelegt. Abschalten oder neu anmelden.',
  'reason.wrong-kind': 'Nennt eine andere Art als das Register. Die Art im Gerät berichtigen.',
  'reason.unsupported-kind':
    'Dieses Netz hat keine Regeln für diese Art. Mit ihr ist hier nichts zu verdienen.',
  'reason.out-of-range': 'Ein Feld hat einen unmöglichen Wert. Position und Einstellungen prüfen.',
  'reason.unexpected-extra': 'Hat zusätzliche Bytes, die ihre Art nicht kennt. Software des Geräts erneuern.',
  'reason.bad-signature':
    'Nicht mit dem Schlüssel des Geräts signiert. Schlüsseldatei prüfen; kommt die Meldung nicht von Ihnen, versucht es jemand anderes.',
  'reason.start-in-future': 'Liegt in der Zukunft. Die Uhr des Geräts stellen.',
  'reason.too-old': 'Kam zu spät. Das Gerät verbunden halten, damit es rechtzeitig sendet.',
  'reason.not-whole-minutes': 'Beginnt oder endet nicht auf ganzen Minuten. Software des Geräts erneuern.',
  'reason.too-short': 'Der Zeitraum ist zu kurz. Einen längeren einstellen.',
  'reason.too-long': 'Der Zeitraum ist zu lang. Einen kürzeren einstellen.',
  'reason.too-many-reports':
    'Mehr Meldungen, als das Gerät messen kann. Prüfen, dass sein Schlüssel nur einmal benutzt wird.',
  'reason.duplicate': 'Schon gezählt. Es ist nichts zu tun.',
  'reason.conflict':
    'Zwei Meldungen beanspruchen dieselben Minuten, daher zählt keine. Prüfen, dass nur ein Gerät diesen Schlüssel benutzt.',
  'reason.sequence-not-growing':
    'Die laufende Nummer wächst nicht. Den Zähler des Geräts nicht zurücksetzen.',
  'reason.sequence-jump':
    'Die laufende Nummer wächst zu schnell. Prüfen, dass nur ein Gerät diesen Schlüssel benutzt.',
  'reason.key-not-active': 'Der Schlüssel ist unter einem anderen Index aktiv. Eines der beiden stilllegen.',
  'reason.no-place': 'Das Gerät hat keinen genauen Ort. Mit einer kleineren Zelle anmelden.',
  'reason.away-from-cell': 'Zu weit vom angemeldeten Ort. Das Gerät dort anmelden, wo es steht.',
  'reason.far-from-cell':
    'Etwas zu weit vom angemeldeten Ort, zählt daher zum Teil. Dort anmelden, wo es steht.',
  'reason.cell-full': 'Mehr Leistung an diesem Ort, als zählt. Es zählt zum Teil oder gar nicht.',
  'reason.above-month':
    'Die Energie von dreißig Tagen ist mehr, als Nachbarn oder das Klima erreichen; was darüber liegt, verdient nichts.',
  'reason.above-clear-day':
    'Mehr, als ein klarer Tag so angebrachten Modulen gibt, wie sie angemeldet sind. Leistung und Anbringung prüfen.',
  'reason.equal-series':
    'Dieselben Werte wie ein anderes Gerät in der Nähe, das sie zuerst gesendet hat. Eine Anlage meldet nur ein Gerät.',
  'reason.pay-held':
    'Das Netz führt dieses Gerät auf seiner Sperrliste, mit Grund und Beleg. Was es verdient, wird zurückgehalten und geht nicht verloren: Einspruch beim Verwalter des Netzes.',
  'reason.not-attested':
    'Ein Gerät dieser Leistung braucht die Erklärung eines Installateurs, den das Netz nennt. Ohne sie zählt es zum Teil.',
  'reason.wrong-balance':
    'Der Wert ist nicht die Einspeisung weniger den Bezug. Software des Geräts erneuern.',
  'reason.bad-extra': 'Die zusätzlichen Bytes haben nicht die Form der Art. Software des Geräts erneuern.',
  'reason.negative': 'Der Wert ist negativ. Prüfen, wie der Zähler angeschlossen ist.',
  'reason.above-capacity':
    'Mehr, als die angemeldete Leistung hergibt. Zähler prüfen oder die wahre Leistung anmelden.',
  'reason.above-counter': 'Mehr, als die Bytezähler wuchsen. Software des Geräts erneuern.',
  'reason.too-many-changes': 'Die Plätze wechselten öfter, als Autos es können. Den Sensor prüfen.',
  'reason.unknown-quantity': 'Für die gemessene Größe gibt es hier keine Regeln. Eine andere wählen.',
  'reason.out-of-bounds': 'Außerhalb des möglichen Bereichs. Den Sensor prüfen.',
  'reason.too-few-samples': 'Zu wenige Messpunkte, zählt daher null. Den Sensor in Betrieb halten.',
  'reason.above-clear-sky': 'Mehr, als ein klarer Himmel hier und jetzt hergibt. Zähler, Ort und Uhr prüfen.',
  'reason.sun-at-night': 'Die Sonne war unter dem Horizont. Uhr und Ort des Geräts prüfen.',
  'reason.own-draw': 'Im Eigenverbrauch des Geräts, zählt daher null. Es ist nichts zu tun.',
  'reason.frozen-value': 'Der Wert blieb zu lange gleich. Prüfen, ob der Sensor noch misst.',
  'reason.repeated': 'Wiederholt die Werte einer früheren Zeit. Prüfen, ob das Gerät neue Messungen sendet.',
  'reason.interpolated': 'Die Werte liegen auf einer Geraden, wie ausgefüllt. Nur Gemessenes senden.',
  'reason.spike': 'Stieg kurz über das, was Himmel und Nachbarn erlauben. Den Zähler prüfen.',
  'reason.dropout': 'Die Leistung war kurz weg, zählt daher null. Die Verbindung prüfen.',
  'reason.jump': 'Änderte sich um mehr, als möglich ist. Den Sensor prüfen.',
};

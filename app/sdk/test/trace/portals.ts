/** Exports in the forms of portals, inverters, meters and grid operators. */
import { type TraceOptions, type TraceReading, Zone } from '../../src/trace';
import { type Made, madeDays } from './made-up-days';

const days = madeDays();
const two = (number: number): string => String(number).padStart(2, '0');
const iso = (wall: number): string => new Date(wall).toISOString();
const date = (wall: number): string => iso(wall).slice(0, 10);
const clock = (wall: number): string => iso(wall).slice(11, 16);
const stamp = (wall: number): string => `${date(wall)} ${iso(wall).slice(11, 19)}`;
const german = (wall: number): string => `${date(wall).split('-').reverse().join('.')} ${clock(wall)}`;
const french = (wall: number): string => `${date(wall).split('-').reverse().join('/')} ${clock(wall)}`;
const american = (wall: number): string => {
  const [y, m, d] = date(wall).split('-');
  return `${m}/${d}/${y} ${clock(wall)}`;
};
const comma = (number: number, digits?: number): string =>
  (digits === undefined ? String(number) : number.toFixed(digits)).replace('.', ',');
const kilo = (watts: number): number => Number((watts / 1000).toFixed(6));
const energy = (watts: number): number => watts / 4;
const total = (i: number, from = 0): number =>
  days.slice(0, i + 1).reduce((sum, { watts }) => sum + watts / 4, from);

/** An export of some days. */
export interface Export {
  readonly head: readonly string[];
  readonly row: (made: Made, i: number) => string;
  /** Between lines; default: a new line. */
  readonly joined?: string;
  readonly foot?: readonly string[];
  readonly options?: TraceOptions;
  readonly reading?: Partial<TraceReading>;
  /** Of energy by a counter: watts may differ by its last digit. */
  readonly within?: number;
  readonly made?: readonly Made[];
  /** What must be read; default: what was made. */
  readonly read?: readonly Made[];
}

/** By what they are of. */
export const portals: Readonly<Record<string, Export>> = {
  'SolarEdge, production and consumption': {
    head: ['Time,System Production (W),Consumption (W),Self Consumption (W),Imported Power (W)'],
    row: ({ wall, watts }) => `${american(wall)},${watts},420,100,320`,
    reading: { value_column: 'System Production (W)', unit: 'W', date_order: 'mdy' },
  },
  'SolarEdge, energy': {
    head: ['Date,Energy (Wh)'],
    row: ({ wall, watts }) => `${stamp(wall)},${watts === 0 ? '' : energy(watts)}`,
    reading: { unit: 'Wh', values: 'energy' },
    read: days.filter(({ watts }) => watts > 0),
  },
  'Fronius Solar.web in German': {
    head: ['"Datum und Uhrzeit","PV-Produktion | Primo 5.0-1 (29123456)"', '"[dd.MM.yyyy HH:mm]","[Wh]"'],
    row: ({ wall, watts }) => `"${german(wall)}","${comma(energy(watts), 3)}"`,
    reading: { unit: 'Wh', decimal: ',' },
  },
  'Fronius Solar.web, energy and specific yield': {
    head: [
      'Date and time;Energy | Symo 10.0-3-M (1);Specific yield | Symo 10.0-3-M (1);Energy to grid',
      '[MM/dd/yyyy];[kWh];[kWh/kWp];[kWh]',
    ],
    row: ({ wall, watts }) => `${american(wall)};${kilo(energy(watts))};${kilo(energy(watts)) / 5};0.1`,
    reading: { unit: 'kWh' },
  },
  'SMA Sunny Portal': {
    head: ['sep=;', ';Dachanlage / Leistung / Mittelwerte  [kW]'],
    row: ({ wall, watts }) => `${german(wall)};${comma(kilo(watts), 4)}`,
    reading: { unit: 'kW', decimal: ',' },
  },
  'SMA ennexOS': {
    head: [
      'Zeitraum;PV-Erzeugung [W];Netzbezug [W];Netzeinspeisung [W];Gesamtverbrauch [W];Batterieladung [W]',
    ],
    row: ({ wall, watts }) => `${german(wall)};${comma(watts)};0;${comma(watts * 0.7)};300;0`,
    reading: { value_column: 'PV-Erzeugung [W]' },
  },
  'Enphase Enlighten': {
    head: [
      'Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)',
    ],
    row: ({ wall, watts }) => `${american(wall)},${energy(watts)},200,${energy(watts) * 0.5},150`,
    foot: ['Total,"41,234","19,200","9,000","12,000"'],
    reading: { value_column: 'Energy Produced (Wh)' },
  },
  'Enphase microinverters': {
    head: ['Timestamp,Serial Number,Power Produced (W)'],
    row: ({ wall, watts }) => `${stamp(wall)} -0700,122023456789,${watts}`,
    read: days.map(({ wall, watts }) => ({ wall: wall + 7 * 3_600_000, watts })),
  },
  'PVOutput, intraday': {
    head: ['Date,Time,Energy,Efficiency,Power,Average,Normalised,Temperature,Voltage,Energy Used,Power Used'],
    row: ({ wall, watts }, i) =>
      `${date(wall).split('-').reverse().join('/').replace('/2024', '/24')},${clock(wall)},${kilo(total(i)).toFixed(3)}kWh,0.247kWh/kW,"${Math.round(watts).toLocaleString('en-US')}W","${Math.round(watts).toLocaleString('en-US')}W",0.2kW/kW,-,-,-,-`,
    reading: { value_column: 'Power' },
    within: 0.6,
  },
  'Tesla app': {
    head: ['Date time,Home (kW),Solar (kW),Powerwall (kW),Grid (kW)'],
    row: ({ wall, watts }) => `${iso(wall).slice(0, 19)}+00:00,0.4,${kilo(watts)},-0.2,0.1`,
    reading: { value_column: 'Solar (kW)' },
  },
  'Huawei FusionSolar, an inverter': {
    head: [
      'Plant Name,ManageObject,Start Time,Inverter status,Daily energy(kWh),Total yield(kWh),Active power(kW),Reactive power(kVar),Power factor,Grid frequency(Hz)',
    ],
    row: ({ wall, watts }, i) =>
      `Roof,INV-HV2350012345,${stamp(wall)},On-grid,${kilo(total(i)).toFixed(2)},10234.5,${kilo(watts)},0.001,0.999,50.01`,
    reading: { value_column: 'Active power(kW)', unit: 'kW' },
  },
  'GoodWe SEMS': {
    head: [
      'Plant Name:,Roof,,,',
      'Classification:,Residential,,,',
      '',
      'Time,PV(W),Battery(W),Grid(W),Load(W),SOC(%)',
    ],
    row: ({ wall, watts }) => `${german(wall)}:00,${watts},-120,300,400,88`,
    reading: { value_column: 'PV(W)' },
  },
  Growatt: {
    head: [
      'Serial number,Time,Status,Vpv1(V),Ipv1(A),Ppv1(W),Ppv(W),Vac1(V),Iac1(A),Fac(Hz),Pac(W),EacToday(kWh),EacTotal(kWh),Temperature(℃)',
    ],
    row: ({ wall, watts }, i) =>
      `ABC1234567,${stamp(wall)},Normal,350.1,2.1,${watts * 1.03},${watts * 1.03},231,3.3,50,${watts},${kilo(total(i)).toFixed(1)},12345.6,41`,
    reading: { value_column: 'Pac(W)' },
  },
  'Sungrow iSolarCloud': {
    head: ['Time,Plant A/Total Active Power(kW),Plant A/Total DC Power(kW),Plant A/Daily Yield(kWh)'],
    row: ({ wall, watts }, i) =>
      `${stamp(wall)},${watts === 0 ? '--' : kilo(watts)},${kilo(watts * 1.02)},${kilo(total(i)).toFixed(1)}`,
    read: days.filter(({ watts }) => watts > 0),
  },
  SolisCloud: {
    head: [
      'Time,AC Output Total Power (Active)(W),Daily Generation (Active)(kWh),Total Generation(kWh),DC Power PV1(W),Inverter Temperature(℃)',
    ],
    row: ({ wall, watts }, i) => `${stamp(wall)},${watts},${kilo(total(i)).toFixed(1)},9876,${watts},40.1`,
  },
  Solarman: {
    head: [
      'SN,Updated Time,Total AC Output Power (Active)(W),Total Consumption Power(W),Total Grid Power(W),Cumulative Production (Active)(kWh)',
    ],
    row: ({ wall, watts }, i) =>
      `2301234567,${iso(wall).slice(0, 16).replaceAll('-', '/').replace('T', ' ')},${watts},400,-300,${kilo(total(i, 5e6)).toFixed(2)}`,
  },
  'Victron VRM': {
    head: [
      'timestamp,Solar Charger [276],Solar Charger [276],System overview [0]',
      'Europe/Berlin (+02:00),PV power,Battery voltage,PV - AC-coupled on output',
      ',W,V,W',
    ],
    row: ({ wall, watts }) => `${stamp(wall)},${watts},53.1,0`,
    options: { valueColumn: '#2' },
    reading: { unit: 'W' },
  },
  'Home Assistant history': {
    head: ['entity_id,state,last_changed'],
    row: ({ wall, watts }) => `sensor.inverter_power,${watts === 0 ? 'unavailable' : watts},${iso(wall)}`,
    read: days.filter(({ watts }) => watts > 0),
  },
  'InfluxDB with annotations': {
    head: [
      '#group,false,false,true,true,false,false,true,true',
      '#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string',
      '#default,mean,,,,,,,',
      ',result,table,_start,_stop,_time,_value,_field,_measurement',
    ],
    row: ({ wall, watts }) =>
      `,,0,2024-07-11T00:00:00Z,2024-07-14T00:00:00Z,${iso(wall)},${watts},power,inverter`,
    reading: { value_column: '_value', time_column: '_time' },
  },
  'Grafana with units in cells': {
    head: ['"Time","Solar power","House power"'],
    row: ({ wall, watts }) => `${stamp(wall)},${watts >= 1000 ? `${kilo(watts)} kW` : `${watts} W`},400 W`,
  },
  'a counter beside its status, of a German grid operator': {
    head: ['Zählernummer;1EMH0012345678', 'OBIS;1-0:2.8.0', '', 'Zeitstempel;Zählerstand (kWh);Status'],
    row: ({ wall }, i) => `${german(wall)};${comma(kilo(total(i - 1, 5e6)), 4)};W`,
    reading: { values: 'counter', unit: 'kWh' },
    within: 1,
    read: days.slice(0, -1),
  },
  'OBIS codes of drawing and feeding in': {
    head: ['Zeitpunkt;1-0:1.29.0 [kWh];1-0:2.29.0 [kWh]'],
    row: ({ wall, watts }) => `${german(wall)};0,25;${comma(kilo(energy(watts)), 6)}`,
    reading: { value_column: '1-0:2.29.0 [kWh]' },
  },
  'a grid operator of Austria': {
    head: ['Messzeitpunkt;Gemessene Menge (kWh);Ersatzwert;Einspeisung (kWh)'],
    row: ({ wall, watts }) => `${german(wall)};0,12;;${comma(kilo(energy(watts)), 6)}`,
    reading: { value_column: 'Einspeisung (kWh)' },
  },
  'a grid operator of Portugal': {
    head: ['Data;Hora;Consumo registado (kW);Injeção na rede (kW);Estado'],
    row: ({ wall, watts }) =>
      `${date(wall).replaceAll('-', '/')};${clock(wall)};0,412;${comma(kilo(watts), 4)};Real`,
    reading: { value_column: 'Injeção na rede (kW)' },
  },
  'a grid operator of Spain': {
    head: ['CUPS;Fecha;Hora;Consumo_kWh;Metodo_obtencion;Excedentes_kWh'],
    row: ({ wall, watts }) =>
      `ES0021000000000000XX;${date(wall).split('-').reverse().join('/')};${new Date(wall).getUTCHours() + 1};0,312;R;${comma(kilo(watts), 4)}`,
    made: madeDays(3, 60),
    reading: { value_column: 'Excedentes_kWh' },
  },
  'a French portal': {
    head: ['Date et heure;Puissance produite (kW);Puissance consommée (kW);Tension (V)'],
    row: ({ wall, watts }) => `${french(wall)};${comma(kilo(watts), 4)};0,4;231,2`,
    reading: { value_column: 'Puissance produite (kW)' },
  },
  'an Italian portal': {
    head: ['Data e ora;Produzione (kWh);Autoconsumo (kWh);Immissione in rete (kWh);Prelievo (kWh)'],
    row: ({ wall, watts }) => `${french(wall)};${comma(kilo(energy(watts)), 6)};0,1;0,2;0,3`,
    reading: { value_column: 'Produzione (kWh)' },
  },
  'a Dutch portal': {
    head: ['Datum;Tijd;Opgewekt vermogen (W);Verbruik (W);Teruglevering (W)'],
    row: ({ wall, watts }) =>
      `${date(wall).split('-').reverse().join('-')};${clock(wall)};${comma(watts)};300;${comma(watts * 0.8)}`,
    reading: { value_column: 'Opgewekt vermogen (W)' },
  },
  'a Polish portal': {
    head: ['Data;Godzina;Moc czynna [kW];Energia oddana [kWh];Energia pobrana [kWh]'],
    row: ({ wall, watts }) =>
      `${date(wall)};${clock(wall)};${comma(kilo(watts), 4)};${comma(kilo(energy(watts)), 4)};0,1`,
    reading: { value_column: 'Moc czynna [kW]' },
  },
  'a Japanese portal': {
    head: ['日付,時刻,発電電力量(kWh),売電電力量(kWh),買電電力量(kWh),消費電力量(kWh)'],
    row: ({ wall, watts }) =>
      `${date(wall).replaceAll('-', '/')},${clock(wall)},${kilo(energy(watts))},0.1,0.2,0.3`,
    reading: { value_column: '発電電力量(kWh)' },
  },
  'a Japanese portal, with dates in words': {
    head: ['年月日時,発電量[Wh],日射量[kW/m2],気温[℃]'],
    row: ({ wall, watts }) => {
      const [y, m, d] = date(wall).split('-').map(Number);
      const [h, mi] = clock(wall).split(':').map(Number);
      return `${y}年${m}月${d}日${h}時${two(mi!)}分,${energy(watts)},0.5,28.1`;
    },
  },
  'a Chinese portal': {
    head: ['序号,采集时间,总有功功率(kW),当日发电量(kWh),机内温度(℃)'],
    row: ({ wall, watts }, i) => `${i + 1},${stamp(wall)},${kilo(watts)},${kilo(total(i)).toFixed(1)},41.5`,
    reading: { value_column: '总有功功率(kW)' },
  },
  'a Korean portal': {
    head: ['일시,발전량(Wh),소비량(Wh)'],
    row: ({ wall, watts }) => `${stamp(wall)},${energy(watts)},100`,
    reading: { value_column: '발전량(Wh)' },
  },
  'Green Button': {
    head: [
      'Name,A. PERSON',
      'Address,"1 MAIN ST, TOWN CA"',
      'Account Number,1234567890',
      '',
      'TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES',
    ],
    row: ({ wall, watts }) =>
      `Electric usage,${date(wall)},${clock(wall)},${clock(wall + 840_000)},0.12,${kilo(energy(watts))},$0.03,`,
    reading: { value_column: 'EXPORT (kWh)' },
  },
  'Solar-Log, newest first': {
    head: ['#Datum;Uhrzeit;WR;Pac;DaySum;Status;Error;Pdc1;Udc1'],
    row: ({ wall, watts }, i) =>
      `${german(wall).slice(0, 6)}24;${clock(wall)}:00;1;${watts};${Math.round(total(days.length - 1 - i))};4;0;${watts * 1.05};351`,
    made: [...days].reverse(),
    reading: { value_column: 'Pac' },
  },
  'Kostal, seconds since 1970': {
    head: [
      'Logger Daten',
      'Wechselrichter Nr:\t1',
      'akt. Zeit:\t     1720915200',
      '',
      'Zeit\tDC1 U\tDC1 P\tAC1 U\tAC P\tFehler',
    ],
    row: ({ wall, watts }) => `     ${wall / 1000}\t  612\t ${watts * 1.04}\t 231\t ${watts}\t  0`,
    reading: { value_column: 'AC P' },
  },
  'PVGIS hourly': {
    head: [
      'Latitude (decimal degrees):\t48.100',
      'Longitude (decimal degrees):\t11.600',
      'Elevation (m):\t520',
      'Nominal power of the PV system (c-Si) (kWp):\t5.0',
      'System losses (%):\t14.0',
      '',
      'time,P,G(i),H_sun,T2m,WS10m,Int',
    ],
    row: ({ wall, watts }) =>
      `${iso(wall).slice(0, 13).replaceAll('-', '').replace('T', ':')}10,${watts},500.1,30.2,20.1,1.2,0.0`,
    foot: [
      '',
      'P: PV system power (W)',
      'G(i): Global irradiance on the inclined plane (W/m2)',
      'PVGIS (c) European Union, 2001-2024',
    ],
    made: madeDays(3, 60),
    read: madeDays(3, 60).map(({ wall, watts }) => ({ wall: wall + 600_000, watts })),
    reading: { value_column: 'P' },
  },
  'renewables.ninja': {
    head: [
      '# Renewables.ninja PV (point) - 48.1, 11.6',
      '# {"units": {"time": "UTC", "electricity": "kW"}}',
      'time,local_time,electricity',
    ],
    row: ({ wall, watts }) =>
      `${iso(wall).slice(0, 16).replace('T', ' ')},${iso(wall + 7_200_000)
        .slice(0, 16)
        .replace('T', ' ')},${kilo(watts)}`,
    made: madeDays(3, 60),
    options: { unit: 'kW' },
  },
  'ENTSO-E': {
    head: ['MTU (CET/CEST),Solar - Actual Aggregated [MW],Wind Onshore - Actual Aggregated [MW]'],
    row: ({ wall, watts }) => `${german(wall)} - ${german(wall + 900_000)} (CEST),${watts},n/e`,
    options: { zone: new Zone('Europe/Berlin') },
    reading: { unit: 'MW' },
    read: days.map(({ wall, watts }) => ({ wall: wall - 7_200_000, watts: watts * 1e6 })),
  },
  SMARD: {
    head: [
      'Datum von;Datum bis;Photovoltaik [MWh] Originalauflösungen;Wind Onshore [MWh] Originalauflösungen',
    ],
    row: ({ wall, watts }) =>
      `${german(wall)};${german(wall + 900_000)};${energy(watts).toLocaleString('de-DE', { maximumFractionDigits: 6 })};1.234,5`,
    read: days.map(({ wall, watts }) => ({ wall, watts: watts * 1e6 })),
    reading: { unit: 'MWh' },
  },
  'UTC beside local time': {
    head: ['Local time,UTC time,AC power (W)'],
    row: ({ wall, watts }) => `${stamp(wall + 7_200_000)},${stamp(wall)},${watts}`,
    options: { zone: undefined },
    reading: { time_column: 'UTC time' },
  },
  'the day of installation beside the time': {
    head: ['Installed,Inverter,Timestamp,Power (W)'],
    row: ({ wall, watts }) => `2021-03-04,SN20230415,${wall / 1000},${watts}`,
    reading: { time_column: 'Timestamp' },
  },
  'serial numbers like dates': {
    head: ['Serial,Zeit,Leistung (W)'],
    row: ({ wall, watts }) => `20230415,${german(wall)},${comma(watts).replace(',', '.')}`,
    reading: { time_column: 'Zeit' },
  },
  'serial numbers like dates with dashes': {
    head: ['SN,Time,P_AC'],
    row: ({ wall, watts }) => `2023-04-15,${stamp(wall)},${watts}`,
    reading: { time_column: 'Time' },
  },
  'spreadsheet days with decimal commas': {
    head: ['Zeitpunkt;Ertrag in Wh'],
    row: ({ wall, watts }) => `${comma(wall / 86_400_000 + 25_569, 10)};${comma(energy(watts))}`,
    reading: { unit: 'Wh' },
  },
  'milliseconds, as ioBroker writes them': {
    head: ['ts;val;ack;q'],
    row: ({ wall, watts }) => `${wall};${watts};true;0`,
    reading: { value_column: 'val' },
  },
  'seconds with fractions and exponents': {
    head: ['epoch,p_ac'],
    row: ({ wall, watts }) => `${(wall / 1000).toExponential(9)},${watts.toExponential(6)}`,
  },
  'quotes around numbers with decimal commas, in a file of commas': {
    head: ['"Datum","Leistung (kW)","Temperatur"'],
    row: ({ wall, watts }) => `"${german(wall)}","${comma(kilo(watts), 4)}","21,5"`,
    reading: { decimal: ',' },
  },
  'the parts of a plant and all of it': {
    head: ['time,PV1 Power (W),PV2 Power (W),Total PV Power (W)'],
    row: ({ wall, watts }) => `${iso(wall)},${watts * 0.4},${watts * 0.6},${watts}`,
    reading: { value_column: 'Total PV Power (W)' },
  },
  'phases and their sum': {
    head: ['time,P L1,P L2,P L3,P total'],
    row: ({ wall, watts }) => `${iso(wall)},${watts * 0.3},${watts * 0.3},${watts * 0.4},${watts}`,
    reading: { value_column: 'P total', values: 'power' },
  },
  'British settlement periods': {
    head: ['Settlement Date,Settlement Period,Export (kWh)'],
    row: ({ wall, watts }) => `${date(wall)},${((wall / 60_000) % 1440) / 30 + 1},${watts / 2000}`,
    made: madeDays(3, 30),
  },
  'quarters of an hour, counted': {
    head: ['Tag;Viertelstunde;Erzeugung (kWh)'],
    row: ({ wall, watts }) =>
      `${german(wall).slice(0, 10)};${((wall / 60_000) % 1440) / 15 + 1};${comma(watts / 4000)}`,
  },
  'hours by their ends, HE1 to HE24': {
    head: ['Date,Hour Ending,Generation (kW)'],
    row: ({ wall, watts }) => `${date(wall)},HE${new Date(wall).getUTCHours() + 1},${kilo(watts)}`,
    made: madeDays(3, 60),
  },
  'hours as 0000 to 2300': {
    head: ['Date,Hour,Generation (kW)'],
    row: ({ wall, watts }) => `${date(wall)},${clock(wall).replace(':', '')},${kilo(watts)}`,
    made: madeDays(3, 60),
  },
  'days of the year': {
    head: ['Year,DOY,Hour,Minute,Power'],
    row: ({ wall, watts }) =>
      `2024,${Math.floor((wall - Date.UTC(2023, 11, 31)) / 86_400_000)},${clock(wall).replace(':', ',')},${watts}`,
  },
  'times with the name of their zone above': {
    head: ['Zeit (Europe/Berlin),Leistung kW'],
    row: ({ wall, watts }) => `${stamp(wall)},${kilo(watts)}`,
    options: { zone: undefined },
    read: days.map(({ wall, watts }) => ({ wall: wall - 7_200_000, watts })),
  },
  'dates of JavaScript': {
    head: ['t,p'],
    row: ({ wall, watts }) =>
      `${new Date(wall).toUTCString().replace(/^(...), (..) (...) (....)/, '$1 $3 $2 $4')}+0000 (Coordinated Universal Time),${watts}`,
  },
  'a register of 16 bits in kW that has nothing to say by night': {
    head: ['Time,Power (kW)'],
    row: ({ wall, watts }) => `${iso(wall)},${watts === 0 ? 65.535 : kilo(watts)}`,
    read: days.filter(({ watts }) => watts > 0),
  },
  'answers of PVOutput in one line': {
    head: [],
    row: ({ wall, watts }, i) =>
      `${date(wall).replaceAll('-', '')},${clock(wall)},${Math.round(total(i))},${watts};`,
    joined: '',
    options: { valueColumn: '#4' },
  },
  'counters without a unit, in Wh': {
    head: ['time,value'],
    row: ({ wall }, i) => `${iso(wall)},${total(i - 1, 5e6)}`,
    read: days.slice(0, -1),
    reading: { values: 'counter', unit: 'Wh' },
    within: 0.3,
  },
  'a sensor of Home Assistant among others': {
    head: ['entity_id,state,last_changed'],
    row: ({ wall, watts }) =>
      `sensor.inverter_power,${watts},${iso(wall)}\nsensor.house_power,301.5,${iso(wall + 421_234)}`,
    options: { device: 'sensor.inverter_power' },
    reading: { device: 'sensor.inverter_power' },
  },
  'a field of InfluxDB among others': {
    head: [',result,table,_time,_value,_field'],
    row: ({ wall, watts }) => `,,0,${iso(wall)},${watts},power\n,,1,${iso(wall)},231.2,voltage`,
    options: { device: '_field=power' },
  },
  'an inverter that took the place of another': {
    head: ['serial,time,power'],
    row: ({ wall, watts }, i) => `${i < 96 ? 'A17' : 'B42'},${iso(wall)},${watts}`,
  },
  'a log of Python, with commas before thousandths': {
    head: ['time,power'],
    row: ({ wall, watts }) => `${stamp(wall)},${String(wall % 997).padStart(3, '0')},${watts}`,
  },
  'a timer that is early and late': {
    head: ['time,power'],
    row: ({ wall, watts }, i) => `${stamp(wall + (i === 0 ? 0 : ((i * 37) % 90) * 1000))},${watts}`,
    reading: { interval: 900 },
  },
  'clocks of six digits': {
    head: ['date,time,W'],
    row: ({ wall, watts }) => `${date(wall)},${stamp(wall).slice(11).replaceAll(':', '')},${watts}`,
  },
  'least, most and mean power': {
    head: ['time,Power min (W),Power max (W),Power avg (W)'],
    row: ({ wall, watts }) => `${iso(wall)},${watts * 0.8},${watts * 1.2},${watts}`,
    reading: { value_column: 'Power avg (W)' },
  },
};

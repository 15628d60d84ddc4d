import { KIND_NAMES, KINDS, type KindFacts } from '@commonwire/sdk/device';
import { signingUsage } from '@commonwire/sdk/node';
import { COMMAND } from './command-name';

const each = (word: (kind: KindFacts) => string): string =>
  KIND_NAMES.map((name) => word(KINDS[name])).join(', ');

/** The text of --help. */
export const HELP = `Commonwire device agent: signs what a device measures and sends it to the network's oracles.

  ${COMMAND} keygen --key FILE
      Makes a device key and prints its public key.

  ${COMMAND} register --url URL --network ADDRESS --keypair FILE
                                          --key FILE | --public-key KEY [--public-key KEY ...]
                                          --latitude DEGREES --longitude DEGREES --capacity N [options]
      Registers the device on chain for the owner's wallet, which pays the cost. The cost is shown before anything is
      sent. Prints the device's index, the transaction and the command line that starts its agent. A device that is
      registered already is found, so the command can be run again.

  --url URL          a Solana RPC node's address, or localhost, devnet, testnet or mainnet
  --network ADDR     the network to register with
${signingUsage("the owner's wallet, which the device earns for")}
  --key FILE         the device's key file; or, for a key stored elsewhere,
  --public-key KEY   its public key: Ed25519 in base58, P-256 compressed in 66 hex digits; give it up to
                     80 times to register several devices at one place
  --capacity N       the most the device can deliver, in its kind's unit: ${each(({ capacityUnit }) => capacityUnit)}
  --mount MOUNT      of panels: fixed, one-axis or two-axes; a day is held to what a clear sky gives these. Without it, each
                     reading is held to what panels get that follow the sun
  --latitude, --longitude, --kind  as below
  --oracle URL       also asked for devices registered earlier, and used in the printed command line
  --json             print only {index, signature, owner, public_key, h3_cell}, one line for each device

  ${COMMAND} run --oracle URL --key FILE --index N --owner ADDRESS
                                     --latitude DEGREES --longitude DEGREES [options] [CSV]
      Reads times and values from the file CSV, or from standard input as lines arrive, and reports each one:
      2016-07-01 00:15:00-07:00,3120.5. Files of portals and loggers are read as check-trace reads them, which shows how.
      A meter's registers are in two columns, import and export, as energy since it was installed; what they grew by from
      one line to the next is reported.
      For the other kinds a third column is the report's extra in hex: a sensor's quantity and samples, a link's counters.
      A line that is no reading, or is in the future, is told, kept in the outbox's name + .passed-over, and passed over.

  --oracle URL     an oracle's address; give it several times to fail over between them
  --key FILE       key file: a JSON array of 64 bytes, as written by keygen and Solana's tools
  --index N        the device's index in the network's registry
  --owner ADDRESS  the wallet the device earns for: as registered, or the new owner after a transfer
  --latitude D     degrees, north positive; likewise --longitude, east positive; negative: --longitude=-105.18
  --kind NAME      ${KIND_NAMES.join(', ')} (default energy)
  --unit UNIT      mW to GW: values are the interval's mean power; mWh to GWh: its energy, or a counter's
                   (default for energy: as the file says, else W);
                   value: values are whole numbers in the kind's unit (${each(({ unit }) => unit)})
  --seconds N      length of an interval, whole minutes up to 3600 (default: from one line to the next)
  --tz ZONE        time zone of times without an offset, such as America/Denver
  --time-column, --value-column, --date-order, --decimal, --counter, --device, --skip  as for check-trace
  --import-column NAME, --export-column NAME   a meter's registers (default import and export)
  --modbus HOST[:PORT]  in place of CSV: read the energy counter of an inverter, or both registers of a meter with
                   --kind meter, over Modbus TCP (SunSpec; port 502), each --seconds (default 900)
  --unit-id N      its Modbus unit, 0 to 255 (default 1)
  --mqtt URL --topic T  in place of CSV: read a counter that is published by MQTT, mqtt:// or mqtts://, in --unit
  --json-path P    where a payload of JSON has the count, such as ENERGY.Total; without it the payload is the count.
                   For --kind meter: --export-path P --import-path P
  --time-path P    where it has its time: unix time, or ISO 8601 with an offset. Without one, retained and redelivered
                   messages are refused
  --mqtt-credentials FILE  the user's name and the password in two lines; or in the environment,
                   COMMONWIRE_MQTT_USERNAME and COMMONWIRE_MQTT_PASSWORD
  --capacity N     for both: the most that the device can deliver, or the connection carries, in W; growth beyond
                   that isn't believed
  --follow         go on reading the file as it grows, also when another one takes its name
  --network ADDR   refuse to report to any other network
  --outbox FILE    where reports are kept until they are answered (default: the key file's name + .outbox);
                   receipts of what oracles accepted are beside it, in its name + .receipts
  --development    the oracles' clock, which runs faster than time, as in a demonstration; else the machine's own

Every report is stored in the outbox before it is sent: stop and restart as you like, even with the same input.
Exit status: 0 registered, or all accepted; 1 some were rejected (each is printed with its code);
2 wrong usage, unreadable input, or a failed registration.`;

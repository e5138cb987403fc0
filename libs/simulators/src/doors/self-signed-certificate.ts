import { generateKeyPairSync, sign } from 'node:crypto';

export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

const tags = { integer: 0x02, bits: 0x03, octets: 0x04, text: 0x0c, sequence: 0x30, set: 0x31, time: 0x17 };
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonName = Buffer.from('0603550403', 'hex');
const alternativeNames = Buffer.from('0603551d11', 'hex');

/** A certificate for this machine's own names that nobody vouches for: a fresh key each time, so that no file holds one. */
export function selfSignedCertificate(): CertificateAndKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(tags.sequence, ecdsaWithSha256);
  const content = der(
    tags.sequence,
    der(0xa0, der(tags.integer, Buffer.of(2))),
    der(tags.integer, Buffer.of(1)),
    algorithm,
    simulatorName(),
    der(tags.sequence, der(tags.time, Buffer.from('200101000000Z')), der(tags.time, Buffer.from('491231235959Z'))),
    simulatorName(),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(tags.sequence, namesOfThisMachine())),
  );
  const signature = der(tags.bits, Buffer.of(0), sign('sha256', content, privateKey));
  return {
    cert: pem(der(tags.sequence, content, algorithm, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function simulatorName(): Buffer {
  const name = der(tags.sequence, commonName, der(tags.text, Buffer.from('simulated provider')));
  return der(tags.sequence, der(tags.set, name));
}

function namesOfThisMachine(): Buffer {
  const names = der(tags.sequence, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)));
  return der(tags.sequence, alternativeNames, der(tags.octets, names));
}

/** One value in the binary form of certificates: what it is, how long it is, and what is in it. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

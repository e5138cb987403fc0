import type { JsonObject } from '#libs/kernel';
import {
  invalidValue,
  pick,
  readArray,
  readObject,
  readString,
  unsupported,
  wrongType,
  type Reader,
} from '../cross-family/fields.js';

/** A content block of an Anthropic message. */
export interface Block extends JsonObject {
  readonly type: string;
}

const imageTypes: { readonly [mediaType: string]: string } = {
  'image/jpeg': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/png': 'image/png',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
};

/** Anthropic refuses text without a visible character, so it is left out. */
export function textBlocks(text: string): readonly Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

const text: Reader<readonly Block[]> = (part, field) =>
  textBlocks(readString(readObject(part, field)['text'], `${field}.text`));

const refusal: Reader<readonly Block[]> = (part, field) =>
  textBlocks(readString(readObject(part, field)['refusal'], `${field}.refusal`));

const image: Reader<readonly Block[]> = (part, field) => {
  const image = readObject(readObject(part, field)['image_url'], `${field}.image_url`);
  const urlField = `${field}.image_url.url`;
  const url = readString(image['url'], urlField);
  if (/^https?:\/\//i.test(url)) return [{ type: 'image', source: { type: 'url', url } }];
  const { mediaType, data } = readDataUrl(url, urlField);
  const media_type = pick(imageTypes, mediaType);
  if (media_type === undefined) throw invalidValue(urlField, 'must hold a JPEG, PNG, GIF or WebP image');
  return [{ type: 'image', source: { type: 'base64', media_type, data } }];
};

const file: Reader<readonly Block[]> = (part, field) => {
  const file = readObject(readObject(part, field)['file'], `${field}.file`);
  const dataField = `${field}.file.file_data`;
  if (file['file_id'] !== undefined) throw unsupported(`${field}.file.file_id`, 'send the file in `file_data`');
  const { mediaType, data } = readDataUrl(readString(file['file_data'], dataField), dataField);
  const title = typeof file['filename'] === 'string' ? file['filename'] : undefined;
  if (mediaType === 'application/pdf') {
    return [{ type: 'document', source: { type: 'base64', media_type: mediaType, data }, title }];
  }
  if (mediaType !== 'text/plain') throw unsupported(dataField, 'send a PDF or plain text');
  const decoded = Buffer.from(data, 'base64').toString('utf8');
  return [{ type: 'document', source: { type: 'text', media_type: mediaType, data: decoded }, title }];
};

const audio: Reader<readonly Block[]> = (_part, field) => {
  throw unsupported(`${field}.type`, 'send a transcript as text');
};

const textParts = { text };
const userParts = { text, image_url: image, file, input_audio: audio };
const assistantParts = { text, refusal };

/** The content of a system, developer or tool message: text alone. */
export const readTextContent = contentOf(textParts);
export const readUserContent = contentOf(userParts);
export const readAssistantContent = contentOf(assistantParts);

function contentOf(parts: { readonly [type: string]: Reader<readonly Block[]> }): Reader<readonly Block[]> {
  return (content, field) => {
    if (typeof content === 'string') return textBlocks(content);
    if (!Array.isArray(content)) throw wrongType(content, field, 'a string or an array of parts');
    return readArray(content, field).flatMap((part, index) => {
      const partField = `${field}.${index}`;
      const type = readString(readObject(part, partField)['type'], `${partField}.type`);
      const read = pick(parts, type);
      if (!read) throw invalidValue(`${partField}.type`, `must be one of ${Object.keys(parts).join(', ')} here`);
      return read(part, partField);
    });
  };
}

/** Splits `data:image/png;base64,...`. */
function readDataUrl(url: string, field: string): { readonly mediaType: string; readonly data: string } {
  const comma = url.indexOf(',');
  const [mediaType = '', ...attributes] = url.slice('data:'.length, comma).toLowerCase().split(';');
  if (!/^data:/i.test(url) || comma < 0 || attributes.at(-1) !== 'base64') {
    throw invalidValue(field, 'must be an http(s) URL or a base64 data URL');
  }
  return { mediaType, data: url.slice(comma + 1) };
}

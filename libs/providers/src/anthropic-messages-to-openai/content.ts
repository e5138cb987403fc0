import { isJsonObject, type JsonObject } from '#libs/kernel';
import {
  invalidValue,
  pick,
  readObject,
  readString,
  unsupported,
  wrongType,
  type Reader,
} from '../cross-family/fields.js';

/** A part of a chat message's content. */
export interface Part extends JsonObject {
  readonly type: 'text' | 'image_url' | 'file';
}

type BlockReaders<T> = { readonly [type: string]: Reader<readonly T[]> };

export function textParts(text: string): readonly Part[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/** A string where it can be one: that is what every compatible server takes. */
export function contentOf(parts: readonly Part[]): string | readonly Part[] {
  const [only, ...others] = parts;
  if (only === undefined) return '';
  return others.length === 0 && typeof only['text'] === 'string' ? only['text'] : parts;
}

/** Reads content that is a string or an array of blocks, each by the reader of its type. */
export function blocksBy<T>(readers: BlockReaders<T>, ofText: (text: string) => readonly T[]): Reader<readonly T[]> {
  return (content, field) => {
    if (typeof content === 'string') return ofText(content);
    if (!Array.isArray(content)) throw wrongType(content, field, 'a string or an array of blocks');
    return content.flatMap((block, index) => {
      const blockField = `${field}.${index}`;
      const type = readString(readObject(block, blockField)['type'], `${blockField}.type`);
      const read = pick(readers, type);
      if (!read) throw unsupported(`${blockField}.type`, `only ${Object.keys(readers).join(', ')} can stand here`);
      return read(block, blockField);
    });
  };
}

const text: Reader<readonly Part[]> = (block, field) =>
  textParts(readString(readObject(block, field)['text'], `${field}.text`));

const image: Reader<readonly Part[]> = (block, field) => {
  const source = readObject(readObject(block, field)['source'], `${field}.source`);
  const type = readString(source['type'], `${field}.source.type`);
  if (type === 'file') throw unsupported(`${field}.source.type`, 'send the image as base64 or by its URL');
  if (type !== 'base64' && type !== 'url') throw invalidValue(`${field}.source.type`, 'must be base64 or url');
  const url = type === 'url' ? readString(source['url'], `${field}.source.url`) : dataUrl(source, `${field}.source`);
  return [{ type: 'image_url', image_url: { url } }];
};

const document: Reader<readonly Part[]> = (block, field) => {
  const document = readObject(block, field);
  const citations = document['citations'];
  if (isJsonObject(citations) && citations['enabled'] === true) {
    throw unsupported(`${field}.citations`, 'leave citations off');
  }
  const source = readObject(document['source'], `${field}.source`);
  const sourceType = readString(source['type'], `${field}.source.type`);
  if (sourceType === 'text') return textParts(readString(source['data'], `${field}.source.data`));
  if (sourceType === 'content') return readPlainContent(source['content'], `${field}.source.content`);
  if (sourceType !== 'base64') throw unsupported(`${field}.source.type`, 'send the document as base64 or text');
  const filename = typeof document['title'] === 'string' ? document['title'] : 'document.pdf';
  return [{ type: 'file', file: { filename, file_data: dataUrl(source, `${field}.source`) } }];
};

const readPlainContent = blocksBy<Part>({ text, image }, textParts);

export const readSystemContent = blocksBy<Part>({ text }, textParts);
export const readToolResultContent = blocksBy<Part>({ text, image, document }, textParts);

export const userParts = { text, image, document };
export const assistantParts = { text };

function dataUrl(source: JsonObject, field: string): string {
  const mediaType = readString(source['media_type'], `${field}.media_type`);
  return `data:${mediaType};base64,${readString(source['data'], `${field}.data`)}`;
}

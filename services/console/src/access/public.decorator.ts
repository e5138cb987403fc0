import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const PUBLIC = Symbol('public');

/** Opens a handler to everybody. Whatever does not carry it asks for an operator's key. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(PUBLIC, true);

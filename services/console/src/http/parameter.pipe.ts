import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { GatewayError } from '#libs/kernel';

/** Turns parameters into their validated classes; one that is not known is an error, since it would be a filter unheard. */
export function parameterPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: refusal,
  });
}

function refusal(errors: readonly ValidationError[]): GatewayError {
  const [first] = errors;
  const field = first?.property ?? '';
  const constraints = first?.constraints ?? {};
  if ('whitelistValidation' in constraints) {
    return new GatewayError('unsupported_parameter', `the parameter ${field} is not known here; leave it out`, {
      field,
    });
  }
  return new GatewayError('invalid_value', Object.values(constraints)[0] ?? `${field} is not valid`, { field });
}

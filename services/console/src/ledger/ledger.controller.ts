import { Controller, Get, Param, Query } from '@nestjs/common';
import { ask, subjects } from '#libs/bus';
import { BusConnection } from '#libs/platform';
import { CallParameters } from './call.parameters.js';
import { UsageParameters } from './usage.parameters.js';

/** A report over many rows takes its time; longer than this nobody waits. */
const ANSWER_WITHIN_MS = 15_000;

/** Hands metering's reports on as they are. */
@Controller()
export class LedgerController {
  constructor(private readonly connection: BusConnection) {}

  @Get('usage')
  usage(@Query() query: UsageParameters): Promise<object> {
    return ask<object>(this.connection.bus, subjects.usageQuery, query, ANSWER_WITHIN_MS);
  }

  @Get('calls/:requestId')
  call(@Param() call: CallParameters): Promise<object> {
    return ask<object>(this.connection.bus, subjects.callQuery, call, ANSWER_WITHIN_MS);
  }
}

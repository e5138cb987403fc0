import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ask, subjects } from '#libs/bus';
import type { HealthCommand, TargetState } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { Operator } from '../access/operator.decorator.js';
import { FleetState } from '../fleet/fleet.state.js';
import { targetHealth, type TargetHealth } from '../fleet/target-health.js';
import { HistoryParameters } from './history.parameters.js';
import { ReasonParameters, TargetParameters } from './target.parameters.js';

/** A new leader is found in this time, where the old one died. */
const DONE_WITHIN_MS = 5000;
const ANSWER_WITHIN_MS = 15_000;

/** What operators do with targets, and what became of them. */
@Controller()
export class HealthController {
  constructor(
    private readonly connection: BusConnection,
    private readonly fleet: FleetState,
  ) {}

  /** Calls under way finish; no new one begins until it is restored. */
  @Post('targets/:id/drain')
  @HttpCode(200)
  drain(
    @Param() { id }: TargetParameters,
    @Query() { reason }: ReasonParameters,
    @Operator() actor: string,
  ): Promise<TargetHealth | undefined> {
    return this.command({ do: 'drain', target: id, actor, ...(reason === undefined ? {} : { note: reason }) });
  }

  @Post('targets/:id/restore')
  @HttpCode(200)
  restore(
    @Param() { id }: TargetParameters,
    @Query() { reason }: ReasonParameters,
    @Operator() actor: string,
  ): Promise<TargetHealth | undefined> {
    return this.command({ do: 'restore', target: id, actor, ...(reason === undefined ? {} : { note: reason }) });
  }

  @Get('health/history')
  history(@Query() query: HistoryParameters): Promise<object> {
    return ask<object>(this.connection.bus, subjects.healthQuery, query, ANSWER_WITHIN_MS);
  }

  /** Answers with the target as it is now. */
  private async command(command: HealthCommand): Promise<TargetHealth | undefined> {
    const state = await ask<TargetState>(this.connection.bus, subjects.healthCommand, command, DONE_WITHIN_MS);
    const { revision } = this.fleet;
    const only = { ...revision, targets: revision.targets.filter(({ id }) => id === command.target) };
    return targetHealth(only, new Map([[state.target, state]]), systemClock.now())[0];
  }
}

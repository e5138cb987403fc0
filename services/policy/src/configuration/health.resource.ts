import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { defaultHealthPolicy as standard } from '#libs/contracts';

const second = 1000;

export class HealthResource {
  @IsInt() @Min(1) @Max(100) consecutiveFailures: number = standard.consecutiveFailures;
  @IsInt() @Min(2) @Max(10_000) minimumCalls: number = standard.minimumCalls;
  @IsNumber() @Min(0.01) @Max(1) failureRatio: number = standard.failureRatio;
  @IsInt() @Min(second) @Max(3600 * second) windowMs: number = standard.windowMs;
  @IsInt() @Min(10) @Max(600 * second) openMs: number = standard.openMs;
  @IsInt() @Min(10) @Max(3600 * second) maxOpenMs: number = standard.maxOpenMs;
  @IsInt() @Min(0) @Max(3600 * second) changeEveryMs: number = standard.changeEveryMs;
  @IsInt() @Min(0) @Max(600 * second) rampStepMs: number = standard.rampStepMs;
  @IsInt() @Min(0) @Max(3600 * second) probeOpenMs: number = standard.probeOpenMs;
  @IsInt() @Min(0) @Max(24 * 3600 * second) probeIdleMs: number = standard.probeIdleMs;
  @IsInt() @Min(second) @Max(3600 * second) statusPageMs: number = standard.statusPageMs;
}

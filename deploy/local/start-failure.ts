/** Something the person who started us can put right: shown as one line with the fix, without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
